namespace LocalRag.Connectors.InMemory;

/// <summary>The inner loop of many coded queries against many coded rows, exact in 32 bits.</summary>
/// <remarks>
/// Codes have 7 bits, those of rows raised by <see cref="Raise"/> to be unsigned, so that four products of a lane fit into
/// 16 bits. A panel holds 8 or more queries interleaved by groups of four components: component k of query j lies at
/// (k − k % 4) · (number of queries) + 4 · j + k % 4.
/// </remarks>
internal unsafe interface ICodeTile
{
    /// <summary>The queries of the smallest panel.</summary>
    const int FewestQueries = 8;

    /// <summary>Rows of a tile.</summary>
    const int Rows = 9;

    /// <summary>Components that are multiplied in one step; codes are padded to a multiple.</summary>
    const int Step = 8;

    /// <summary>The largest magnitude of a code.</summary>
    const int Range = 63;

    /// <summary>What is added to the codes of rows.</summary>
    const int Raise = 64;

    static abstract bool IsSupported { get; }

    /// <summary>The queries of a full panel, a multiple of <see cref="FewestQueries"/>.</summary>
    static abstract int Queries { get; }

    /// <summary>Writes the products of <see cref="Rows"/> rows with a panel: those of row i start at i · queries.</summary>
    /// <param name="queries">The width of the panel: <see cref="Queries"/> or <see cref="FewestQueries"/>.</param>
    /// <param name="panel">The panel.</param>
    /// <param name="offsets">What each product starts from.</param>
    /// <param name="rows">The codes of the first row.</param>
    /// <param name="stride">Bytes from one row to the next, a multiple of <see cref="Step"/>.</param>
    /// <param name="components">Codes of a row, a multiple of <see cref="Step"/>.</param>
    /// <param name="dots">Receives the products.</param>
    static abstract void Multiply(int queries, sbyte* panel, int* offsets, byte* rows, nint stride, int components, int* dots);
}
