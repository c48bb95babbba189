namespace LocalRag.Connectors.InMemory;

/// <summary>The plain meaning of the other tiles.</summary>
internal readonly unsafe struct TilePortable : ITileKernel
{
    public static int Rows => 4;

    public static int Queries => 16;

    public static void Multiply(int queries, float* panel, float* rows, int stride, int dimensions, float* scores, byte** ahead, nint aheadStep)
    {
        for (var row = 0; row < Rows; row++)
        {
            for (var query = 0; query < queries; query++)
            {
                var (even, odd) = (0f, 0f);
                for (var k = 0; k < dimensions; k += 2)
                {
                    even += rows[row * stride + k] * panel[k * queries + 2 * query];
                    odd += rows[row * stride + k + 1] * panel[k * queries + 2 * query + 1];
                }

                scores[row * queries + query] = even + odd;
            }
        }
    }
}
