using System.Numerics.Tensors;
using System.Text.Json;
using LocalRag.Testing;

namespace LocalRag.Connectors.SentenceTransformers.Tests.Goldens;

/// <summary>The model directories that tests load, and comparisons with what Python answered.</summary>
internal static class GoldenModels
{
    public static string MiniBi { get; } = Path.Combine(TestFiles.RepositoryRoot, "src", "Connectors", "LocalRag.Models.Mini", "models", "localrag-mini-bi");

    public static string MiniCe { get; } = Path.Combine(TestFiles.RepositoryRoot, "src", "Connectors", "LocalRag.Models.Mini", "models", "localrag-mini-ce");

    public static string Golden(string name) => TestFiles.Golden("models", name);

    public static float[] Floats(JsonElement array) => [.. array.EnumerateArray().Select(value => value.GetSingle())];

    /// <summary>|difference| within tolerance × max(1, largest component).</summary>
    public static void AssertClose(float[] expected, float[] actual, double tolerance, string what)
    {
        Assert.Equal(expected.Length, actual.Length);
        var scale = Math.Max(1, expected.Max(Math.Abs));
        for (var i = 0; i < expected.Length; i++)
        {
            if (!(Math.Abs(expected[i] - actual[i]) <= tolerance * scale))
                Assert.Fail($"{what}: component {i} is {actual[i]}, expected {expected[i]} within {tolerance * scale}.");
        }
    }

    public static float Cosine(float[] a, float[] b) => TensorPrimitives.CosineSimilarity(a, b);
}
