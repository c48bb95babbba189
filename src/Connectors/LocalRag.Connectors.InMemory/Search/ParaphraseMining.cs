namespace LocalRag.Connectors.InMemory;

/// <summary>A pair of similar vectors of one list.</summary>
/// <param name="Score">Their similarity.</param>
/// <param name="First">The smaller index.</param>
/// <param name="Second">The larger index.</param>
public readonly record struct ParaphrasePair(float Score, int First, int Second);

/// <summary>Finds the most similar pairs within one list of vectors: <c>util.paraphrase_mining_embeddings</c> of sentence-transformers.</summary>
/// <remarks>Safe for concurrent use. Memory is bounded by vectors × topK.</remarks>
public static class ParaphraseMining
{
    /// <summary>The most similar pairs, best first; equal scores by the indices.</summary>
    /// <param name="embeddings">The vectors, all of one length.</param>
    /// <param name="maxPairs">How many pairs at most, 1 or more.</param>
    /// <param name="topK">How many neighbours of each vector are considered, 1 or more.</param>
    /// <param name="queryChunkSize">How many vectors are compared together, 1 or more.</param>
    /// <param name="corpusChunkSize">With how many vectors at a time, 1 or more.</param>
    /// <param name="score">How to compare; null for cosine. Should be symmetric.</param>
    /// <param name="cancellationToken">Stops the search between chunks.</param>
    /// <returns>The pairs; none twice.</returns>
    /// <exception cref="ArgumentException">The vectors differ in length.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A number is below 1.</exception>
    public static IReadOnlyList<ParaphrasePair> Find(
        IReadOnlyList<float[]> embeddings,
        int maxPairs = 500_000,
        int topK = 100,
        int queryChunkSize = 5_000,
        int corpusChunkSize = 100_000,
        ScoreFunction? score = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxPairs, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(topK, 1);
        // A vector is its own nearest neighbour, so one more is asked for.
        var neighbours = SemanticSearch.Search(embeddings, embeddings, topK == int.MaxValue ? topK : topK + 1, queryChunkSize, corpusChunkSize, score, cancellationToken);
        var pairs = new Dictionary<(int, int), float>();
        for (var i = 0; i < neighbours.Count; i++)
        {
            foreach (var hit in neighbours[i])
            {
                if (hit.CorpusId != i)
                    pairs.TryAdd((Math.Min(i, hit.CorpusId), Math.Max(i, hit.CorpusId)), hit.Score);
            }
        }

        return
        [
            .. pairs.Select(p => new ParaphrasePair(p.Value, p.Key.Item1, p.Key.Item2))
                .OrderByDescending(p => p.Score).ThenBy(p => p.First).ThenBy(p => p.Second).Take(maxPairs),
        ];
    }
}
