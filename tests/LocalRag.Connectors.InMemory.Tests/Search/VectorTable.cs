namespace LocalRag.Connectors.InMemory.Tests.Search;

/// <summary>A table of one vector property, for tests of the engine alone.</summary>
internal sealed class VectorTable : IDisposable
{
    private readonly Table _table;

    public VectorTable(string metric, int dimensions, float[][] vectors)
    {
        var schema = new CollectionSchema(new PropertySchema("key", typeof(int), false, false), [], [new VectorSchema("vector", typeof(float), dimensions, metric)]);
        _table = new Table(schema, new KeywordAnalyzer(default));
        _table.EnsureCapacity(vectors.Length);
        for (var i = 0; i < vectors.Length; i++)
        {
            _table.KeyColumn.SetBoxed(i, i);
            _table.Vectors[0].Set(i, vectors[i]);
        }

        _table.Append(vectors.Length, 1);
    }

    public Hit[] Search(SearchEngine engine, float[] query, int top, int threads = 1, bool forceExact = false, Func<int, bool>? filter = null, int[]? candidates = null)
    {
        using var prepared = new PreparedQuery(_table.Vectors[0].Layout, query);
        var snapshot = new Snapshot(_table, _table.Rows, 1, [null]);
        return engine.Search(new ScanRequest(snapshot, _table.Vectors[0], prepared, filter, candidates, forceExact), top, threads, CancellationToken.None);
    }

    public bool UsesCodes(float[] query)
    {
        using var prepared = new PreparedQuery(_table.Vectors[0].Layout, query);
        return prepared.UsesCodes;
    }

    /// <summary>What the short and the long code of a query say about the key of a row.</summary>
    public unsafe (float Lower, float Upper)[] Bounds(float[] query, int row)
    {
        var layout = _table.Vectors[0].Layout;
        using var prepared = new PreparedQuery(layout, query);
        var chunk = _table.Vectors[0].Chunks[0];
        var code = chunk.Codes + row * layout.CodeStride;
        int dot;
        KernelsPortable.CodeDots(prepared.ShortCode, prepared.ShortSum, code, layout.CodeStride, 1, &dot);
        return [Both(prepared.ShortBound, dot), Both(prepared.LongBound, KernelsPortable.CodeDot(prepared.LongCode, code, layout.CodeStride))];

        (float Lower, float Upper) Both(CodeBound bound, int product) => (
            bound.Lower(product, chunk.Scales[row], chunk.Errors[row], chunk.Aux[row]),
            bound.Upper(product, chunk.Scales[row], chunk.Errors[row], chunk.Aux[row]));
    }

    public void Dispose() => GC.KeepAlive(_table);
}
