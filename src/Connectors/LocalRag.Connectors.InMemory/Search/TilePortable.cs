namespace LocalRag.Connectors.InMemory;

/// <summary>The plain meaning of the other tiles.</summary>
internal readonly unsafe struct TilePortable : ITileKernel
{
    public static int Rows => 4;

    public static int Queries => 16;

    public static bool IsSupported => true;

    public static void Multiply(float* panel, float* rows, int stride, int dimensions, float* scores) =>
        Multiply(panel, Queries, rows, stride, dimensions, scores);

    public static void MultiplyHalf(float* panel, float* rows, int stride, int dimensions, float* scores) =>
        Multiply(panel, Queries / 2, rows, stride, dimensions, scores);

    private static void Multiply(float* panel, int queries, float* rows, int stride, int dimensions, float* scores)
    {
        for (var row = 0; row < Rows; row++)
        {
            for (var query = 0; query < queries; query++)
            {
                var sum = 0f;
                for (var k = 0; k < dimensions; k++)
                    sum += rows[row * stride + k] * panel[k * queries + query];
                scores[row * queries + query] = sum;
            }
        }
    }
}
