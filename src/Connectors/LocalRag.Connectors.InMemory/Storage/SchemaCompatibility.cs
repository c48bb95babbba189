namespace LocalRag.Connectors.InMemory;

/// <summary>Decides whether a record type may open a collection that another one created.</summary>
internal static class SchemaCompatibility
{
    /// <summary>Checks names, types, dimensions and distance functions; builds indexes that the newcomer asks for.</summary>
    /// <exception cref="InvalidOperationException">A property is unknown or of another type.</exception>
    public static void Open(CollectionData data, CollectionSchema wanted)
    {
        var stored = data.Schema;
        if (stored.Key.Name != wanted.Key.Name || stored.Key.Type != wanted.Key.Type)
            throw Mismatch(data.Name, $"key '{wanted.Key.Name}' of type '{wanted.Key.Type.Name}'", $"key '{stored.Key.Name}' of type '{stored.Key.Type.Name}'");

        var extended = (PropertySchema[])stored.Data.Clone();
        var changed = false;
        foreach (var property in wanted.Data)
        {
            var index = stored.IndexOfData(property.Name);
            if (index < 0)
                throw Mismatch(data.Name, $"data property '{property.Name}'", $"only {Names(stored.Data.Select(p => p.Name))}");
            var existing = stored.Data[index];
            if (!PropertyTypes.AreCompatible(existing.Type, property.Type))
                throw Mismatch(data.Name, $"'{property.Name}' of type '{property.Type}'", $"type '{existing.Type}'");
            var merged = existing with
            {
                IsIndexed = existing.IsIndexed || property.IsIndexed,
                IsFullTextIndexed = existing.IsFullTextIndexed || property.IsFullTextIndexed,
            };
            changed |= merged != existing;
            extended[index] = merged;
        }

        foreach (var vector in wanted.Vectors)
        {
            var index = stored.IndexOfVector(vector.Name);
            if (index < 0)
                throw Mismatch(data.Name, $"vector property '{vector.Name}'", $"only {Names(stored.Vectors.Select(p => p.Name))}");
            var existing = stored.Vectors[index];
            if (existing.Element != vector.Element || existing.Dimensions != vector.Dimensions)
                throw Mismatch(data.Name, $"'{vector.Name}' with {vector.Dimensions} components of {vector.Element.Name}", $"{existing.Dimensions} components of {existing.Element.Name}");
            var metric = Metric.Get(existing.DistanceFunction).Name;
            if (vector.DistanceFunction is { } other && other != metric)
                throw Mismatch(data.Name, $"'{vector.Name}' with {other}", metric);
        }

        if (changed)
            data.Reindex(stored with { Data = extended });
    }

    private static string Names(IEnumerable<string> names) => string.Join(", ", names.Select(n => $"'{n}'"));

    private static InvalidOperationException Mismatch(string collection, string expected, string found) => new(
        $"Collection '{collection}' cannot be opened with this record type: it expects {expected}, but the collection has {found}. " +
        "Use the definition that the collection was created with, or delete the collection first.");
}
