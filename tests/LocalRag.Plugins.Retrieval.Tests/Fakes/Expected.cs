namespace LocalRag.Plugins.Retrieval.Tests;

/// <summary>The order that the blending rule gives, written down a second time.</summary>
public static class Expected
{
    /// <summary>Positions of <paramref name="candidates"/> candidates when the reranker likes them in reverse.</summary>
    public static int[] BlendOfReverse(int candidates, double weight = 2) =>
        [.. Enumerable.Range(0, candidates).OrderByDescending(i => 1 / (61.0 + i) + weight / (61.0 + (candidates - 1 - i))).ThenBy(i => i)];

    /// <summary>The texts of <see cref="ListedNotes.Of"/> in that order.</summary>
    public static string[] TextsOfReverse(int candidates, int skip, int count, double weight = 2) =>
        [.. BlendOfReverse(candidates, weight).Skip(skip).Take(count).Select(i => $"text {i}")];
}
