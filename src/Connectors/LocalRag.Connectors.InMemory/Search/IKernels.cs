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

    /// <summary>Inner products of a 16-bit query with consecutive rows of codes, exact in 32 bits.</summary>
    static abstract void CodeDots(short* query, sbyte* codes, int stride, int rows, int* dots);

    /// <summary>Lists the rows whose upper bound is not below the threshold; returns their number.</summary>
    static abstract int SelectAbove(in CodeBound bound, int* dots, float* scales, float* errors, float* aux, int rows, float threshold, int* selected);
}
