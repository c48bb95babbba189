namespace LocalRag.Connectors.InMemory;

/// <summary>A batch of records whose vectors have been made and checked.</summary>
/// <param name="collection">Where they go.</param>
/// <param name="records">The records.</param>
/// <param name="vectors">Per stored vector property, one vector per record, null for none; null where the record type lacks the property.</param>
/// <param name="spaces">Per stored vector property, the space of those vectors; null while unknown.</param>
internal sealed class StagedRows<TRecord>(BoundCollection<TRecord> collection, TRecord[] records, ReadOnlyMemory<float>?[]?[] vectors, string?[] spaces) : IRowSource
    where TRecord : class
{
    public int Count => records.Length;

    public string?[] CheckSpaces(string?[] current)
    {
        var merged = (string?[])current.Clone();
        for (var i = 0; i < merged.Length; i++)
        {
            if (spaces[i] is not { } space)
                continue;
            if (merged[i] is { } stored && stored != space)
                throw Errors.WrongSpace(collection.Data.Name, collection.Schema.Vectors[i].Name, stored, space);
            merged[i] = space;
        }

        return merged;
    }

    public void Write(int index, Table table, int row)
    {
        collection.Write(records[index], table, row);
        for (var i = 0; i < vectors.Length; i++)
        {
            if (vectors[i]?[index] is { } vector)
                table.Vectors[i].Set(row, vector.Span);
            else
                table.Vectors[i].SetMissing(row);
        }
    }
}
