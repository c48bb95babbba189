namespace LocalRag.Connectors.InMemory;

/// <summary>Finds the nearest vectors of a corpus for each of many queries: <c>util.semantic_search</c> of sentence-transformers.</summary>
/// <remarks>
/// Exact. Results do not depend on chunk sizes or threads; equal scores rank by place in the corpus. Products of short codes
/// rule most rows out first, without changing a result; with vectors that are all but alike they cannot, and a search takes
/// about twice as long. Safe for concurrent use.
/// </remarks>
public static class SemanticSearch
{
    /// <summary>Searches lists of vectors.</summary>
    /// <param name="queries">The queries, all of one length.</param>
    /// <param name="corpus">The vectors to search, of the same length.</param>
    /// <param name="topK">How many hits per query at most, 1 or more.</param>
    /// <param name="queryChunkSize">How many queries are searched together, 1 or more; more use the processor better and need more memory.</param>
    /// <param name="corpusChunkSize">How many vectors of the corpus are searched before the next queries have their turn, 1 or more.</param>
    /// <param name="score">How to compare; null for <see cref="ScoreFunction.Cosine"/>.</param>
    /// <param name="cancellationToken">Stops the search between chunks.</param>
    /// <returns>For each query its hits, best first.</returns>
    /// <exception cref="ArgumentException">The vectors differ in length.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A number is below 1.</exception>
    public static IReadOnlyList<IReadOnlyList<SearchHit>> Search(
        IReadOnlyList<ReadOnlyMemory<float>> queries,
        IReadOnlyList<ReadOnlyMemory<float>> corpus,
        int topK = 10,
        int queryChunkSize = 100,
        int corpusChunkSize = 500_000,
        ScoreFunction? score = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(queries);
        ArgumentNullException.ThrowIfNull(corpus);
        ArgumentOutOfRangeException.ThrowIfLessThan(topK, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(queryChunkSize, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(corpusChunkSize, 1);
        score ??= ScoreFunction.Cosine;
        CheckLengths(queries, corpus);
        return queries.Count == 0 ? [] : new QueryBatch(queries, queryChunkSize, score).Search(corpus, topK, corpusChunkSize, cancellationToken);
    }

    /// <summary>Searches lists of arrays; otherwise as the other overload.</summary>
    /// <inheritdoc cref="Search(IReadOnlyList{ReadOnlyMemory{float}}, IReadOnlyList{ReadOnlyMemory{float}}, int, int, int, ScoreFunction?, CancellationToken)"/>
    public static IReadOnlyList<IReadOnlyList<SearchHit>> Search(
        IReadOnlyList<float[]> queries,
        IReadOnlyList<float[]> corpus,
        int topK = 10,
        int queryChunkSize = 100,
        int corpusChunkSize = 500_000,
        ScoreFunction? score = null,
        CancellationToken cancellationToken = default) =>
        Search(Memories(queries, nameof(queries)), Memories(corpus, nameof(corpus)), topK, queryChunkSize, corpusChunkSize, score, cancellationToken);

    internal static ReadOnlyMemory<float>[] Memories(IReadOnlyList<float[]> vectors, string name)
    {
        ArgumentNullException.ThrowIfNull(vectors, name);
        var memories = new ReadOnlyMemory<float>[vectors.Count];
        for (var i = 0; i < memories.Length; i++)
            memories[i] = vectors[i] ?? throw new ArgumentNullException(name, $"Vector {i} is null.");
        return memories;
    }

    private static void CheckLengths(IReadOnlyList<ReadOnlyMemory<float>> queries, IReadOnlyList<ReadOnlyMemory<float>> corpus)
    {
        if (queries.Count == 0)
            return;
        var length = queries[0].Length;
        Check(queries, "query");
        Check(corpus, "vector of the corpus");

        void Check(IReadOnlyList<ReadOnlyMemory<float>> vectors, string what)
        {
            for (var i = 0; i < vectors.Count; i++)
            {
                if (vectors[i].Length != length)
                    throw new ArgumentException($"Expected vectors of {length} components like query 0, but {what} {i} has {vectors[i].Length}. Use one model for both.");
            }
        }
    }
}
