using CsCheck;
using LocalRag.Connectors.SentenceTransformers.Pooling;

namespace LocalRag.Connectors.SentenceTransformers.Tests.Pooling;

public sealed class TokenPoolersTests
{
    private const int Width = 5;

    /// <summary>The obvious slow twin: a mask and one component at a time, as the Python library defines it.</summary>
    private static float[] Slow(PoolingMode mode, float[][] tokens, int skipped)
    {
        var result = new float[Width];
        var counting = Enumerable.Range(0, tokens.Length).Where(i => i >= skipped).ToList();
        for (var c = 0; c < Width; c++)
        {
            var sum = counting.Sum(i => (double)tokens[i][c]);
            result[c] = counting.Count == 0 ? 0 : (float)(mode switch
            {
                PoolingMode.Cls => tokens[counting[0]][c],
                PoolingMode.LastToken => tokens[counting[^1]][c],
                PoolingMode.Max => counting.Max(i => tokens[i][c]),
                PoolingMode.Mean => sum / counting.Count,
                PoolingMode.MeanSqrtLength => sum / Math.Sqrt(counting.Count),
                _ => counting.Sum(i => (double)tokens[i][c] * (i + 1)) / counting.Sum(i => i + 1.0),
            });
        }

        return result;
    }

    [Fact]
    public void Every_mode_equals_its_definition()
        => Gen.Select(Gen.Float[-3, 3].Array[Width].Array[0, 20], Gen.Int[0, 20]).Sample((tokens, skip) =>
        {
            var skipped = Math.Min(skip, tokens.Length);
            float[] counting = [.. tokens.Skip(skipped).SelectMany(token => token)];
            foreach (var mode in Enum.GetValues<PoolingMode>())
            {
                var actual = new float[Width];
                actual.AsSpan().Fill(float.NaN);
                TokenPoolers.Of(mode)(counting, skipped, actual);
                var expected = Slow(mode, tokens, skipped);
                for (var i = 0; i < Width; i++)
                    Assert.Equal(expected[i], actual[i], 1e-4f);
            }
        });
}
