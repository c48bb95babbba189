namespace LocalRag.Connectors.InMemory;

/// <summary>The inner loop of many queries against many rows.</summary>
/// <remarks>
/// A panel holds 4, 8 or 16 queries interleaved by pairs of components: component k of query j lies at
/// (k − k % 2) · (number of queries) + 2 · j + k % 2, so that a register works on two components at a time and 4 queries
/// fill one. An odd last component has a zero beside it, in the panel and in the rows. Every score is the sum of
/// the even components, added in order, and of the odd ones, so it does not depend on what else is in the tile.
/// </remarks>
internal unsafe interface ITileKernel
{
    static abstract int Rows { get; }

    /// <summary>The queries of a full panel, a power of two from 4.</summary>
    static abstract int Queries { get; }

    /// <summary>Writes the products of <see cref="Rows"/> rows with a panel: those of row i start at i · queries.</summary>
    /// <param name="queries">The width of the panel.</param>
    /// <param name="panel">The panel.</param>
    /// <param name="rows">The first row.</param>
    /// <param name="stride">Floats from one row to the next, even.</param>
    /// <param name="dimensions">Components of a row.</param>
    /// <param name="scores">Receives the products.</param>
    /// <param name="ahead">Lines to fetch meanwhile, one per pair of components: rows that would otherwise be waited for. Any address will do.</param>
    /// <param name="aheadStep">1, or 0 when there is but one line.</param>
    static abstract void Multiply(int queries, float* panel, float* rows, int stride, int dimensions, float* scores, byte** ahead, nint aheadStep);
}
