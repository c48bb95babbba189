namespace LocalRag.Connectors.InMemory;

/// <summary>The inner loops of a search, once per register width. Lengths are whole cache lines; padding is zero.</summary>
internal unsafe interface IKernels
{
    static abstract bool IsSupported { get; }

    static abstract float Dot(float* left, float* right, int length);

    static abstract float SquaredDistance(float* left, float* right, int length);

    static abstract float Manhattan(float* left, float* right, int length);

    /// <summary>The number of components that are not equal; NaN is equal to nothing.</summary>
    static abstract int Unequal(float* left, float* right, int length);

    /// <summary>Inner products of a query's short code with consecutive rows of codes, exact in 32 bits.</summary>
    /// <param name="query">Numbers from -63 to 63, as many as the stride.</param>
    /// <param name="sum">Their sum.</param>
    /// <param name="codes">The first row.</param>
    /// <param name="stride">Bytes per row, a multiple of 64.</param>
    /// <param name="rows">The number of rows.</param>
    /// <param name="dots">Receives one product per row.</param>
    static abstract void CodeDots(sbyte* query, int sum, sbyte* codes, int stride, int rows, int* dots);

    /// <summary>The inner product of a query's long code with one row of codes, exact in 32 bits.</summary>
    static abstract int CodeDot(short* query, sbyte* code, int stride);

    /// <summary>Lists the rows whose upper bound is not below the threshold; returns their number.</summary>
    static abstract int SelectAbove(in CodeBound bound, int* dots, float* scales, float* errors, float* aux, int rows, float threshold, int* selected);
}
