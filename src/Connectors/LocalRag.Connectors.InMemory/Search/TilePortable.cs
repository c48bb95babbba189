namespace LocalRag.Connectors.InMemory;

/// <summary>The plain meaning of the other tiles.</summary>
internal readonly unsafe struct TilePortable : ITileKernel
{
    public static int Rows => 4;

    public static int Queries => 8;

    public static bool IsSupported => true;

    public static void Multiply(float* panel, float* rows, int stride, int dimensions, float* scores)
    {
        for (var row = 0; row < Rows; row++)
        {
            for (var query = 0; query < Queries; query++)
            {
                var sum = 0f;
                for (var k = 0; k < dimensions; k++)
                    sum += rows[row * stride + k] * panel[k * Queries + query];
                scores[row * Queries + query] = sum;
            }
        }
    }
}
