using System.Text.Json;
using LocalRag.Testing;

namespace LocalRag.Connectors.SentenceTransformers.Tests.Quantization;

public sealed class EmbeddingQuantizerTests
{
    [Fact]
    public void Every_code_equals_Python()
    {
        using var golden = JsonDocument.Parse(File.ReadAllBytes(TestFiles.Golden("util", "quantize.json")));
        var embeddings = Rows(golden.RootElement.GetProperty("embeddings"));
        var calibration = EmbeddingRanges.Of(Rows(golden.RootElement.GetProperty("calibration")));
        var cases = 0;
        foreach (var entry in golden.RootElement.GetProperty("cases").EnumerateArray())
        {
            var precision = Enum.Parse<EmbeddingPrecision>(entry.GetProperty("precision").GetString()!, ignoreCase: true);
            var quantized = EmbeddingQuantizer.Quantize(embeddings, precision, entry.GetProperty("with_calibration").GetBoolean() ? calibration : null);
            var row = 0;
            foreach (var expected in entry.GetProperty("result").EnumerateArray())
            {
                int[] actual = quantized.IsSigned ? [.. quantized.SignedRow(row)] : [.. quantized.Row(row)];
                Assert.Equal(expected.EnumerateArray().Select(code => code.GetInt32()), actual);
                row++;
            }

            Assert.Equal(quantized.Count, row);
            cases++;
        }

        Assert.Equal(6, cases);
    }

    [Fact]
    public void Values_outside_the_ranges_are_clipped()
    {
        var ranges = new EmbeddingRanges([-1f], [1f]);
        var codes = EmbeddingQuantizer.Quantize([[-5f], [5f], [float.NaN]], EmbeddingPrecision.Int8, ranges);
        Assert.Equal(new sbyte[] { -128 }, codes.SignedRow(0).ToArray());
        Assert.Equal(new sbyte[] { 127 }, codes.SignedRow(1).ToArray());
        Assert.Equal(new sbyte[] { -128 }, codes.SignedRow(2).ToArray());
    }

    [Fact]
    public void A_constant_component_has_the_smallest_code()
        => Assert.Equal(0, EmbeddingQuantizer.Quantize([[3f, 0f], [3f, 1f]], EmbeddingPrecision.UInt8).Row(1)[0]);

    [Fact]
    public void Dimensions_that_fill_no_whole_byte_end_in_zero_bits()
        => Assert.Equal(new byte[] { 0xFF, 0x80 }, EmbeddingQuantizer.Quantize([[1, 1, 1, 1, 1, 1, 1, 1, 1]], EmbeddingPrecision.UBinary).Row(0).ToArray());

    [Fact]
    public void Nothing_in_gives_nothing_out()
        => Assert.Equal(0, EmbeddingQuantizer.Quantize([], EmbeddingPrecision.Int8).Count);

    [Fact]
    public void Vectors_of_two_lengths_and_foreign_ranges_are_refused()
    {
        Assert.Contains("Vector 1", Assert.Throws<ArgumentException>(() => EmbeddingQuantizer.Quantize([[1f], [1f, 2f]], EmbeddingPrecision.Int8)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>("ranges", () => EmbeddingQuantizer.Quantize([[1f]], EmbeddingPrecision.Int8, new([0f, 0f], [1f, 1f])));
        Assert.Throws<ArgumentException>("minimum", () => new EmbeddingRanges([2f], [1f]));
        Assert.Throws<InvalidOperationException>(() => EmbeddingQuantizer.Quantize([[1f]], EmbeddingPrecision.UInt8).SignedRow(0).ToArray());
    }

    private static float[][] Rows(JsonElement rows) => [.. rows.EnumerateArray().Select(row => row.EnumerateArray().Select(value => value.GetSingle()).ToArray())];
}
