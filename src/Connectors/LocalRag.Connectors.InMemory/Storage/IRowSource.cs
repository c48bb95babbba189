namespace LocalRag.Connectors.InMemory;

/// <summary>Checked records that are ready to be written as rows.</summary>
internal interface IRowSource
{
    int Count { get; }

    /// <summary>Refuses vectors of another space than those in the collection; returns the spaces after the write.</summary>
    string?[] CheckSpaces(string?[] spaces);

    void Write(int index, Table table, int row);
}
