namespace LocalRag.Connectors.InMemory;

/// <summary>The inner loop of many queries against many rows.</summary>
/// <remarks>
/// A panel holds <see cref="Queries"/> queries interleaved: component k of query j lies at k · Queries + j. Every score is
/// summed component by component in order, so it does not depend on what else is in the tile.
/// </remarks>
internal unsafe interface ITileKernel
{
    static abstract int Rows { get; }

    static abstract int Queries { get; }

    static abstract bool IsSupported { get; }

    /// <summary>Writes the products of <see cref="Rows"/> rows with a panel: those of row i start at i · Queries.</summary>
    static abstract void Multiply(float* panel, float* rows, int stride, int dimensions, float* scores);

    /// <summary>The same for a panel of half as many queries, so that a last small panel costs half.</summary>
    static abstract void MultiplyHalf(float* panel, float* rows, int stride, int dimensions, float* scores);
}
