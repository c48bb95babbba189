namespace LocalRag.Connectors.SentenceTransformers.Tokenization;

/// <summary>Full decompositions of one kind, found by binary search.</summary>
/// <param name="codePoints">The code points that decompose, ascending.</param>
/// <param name="starts">Where in <paramref name="pool"/> each one's decomposition begins; one more entry closes the last.</param>
/// <param name="pool">Decomposed code points.</param>
internal sealed class DecompositionTable(int[] codePoints, int[] starts, int[] pool)
{
    /// <summary>The decomposition, empty if there is none.</summary>
    public ReadOnlySpan<int> Find(int codePoint)
    {
        var index = Array.BinarySearch(codePoints, codePoint);
        return index < 0 ? default : pool.AsSpan(starts[index], starts[index + 1] - starts[index]);
    }
}
