namespace LocalRag;

/// <summary>Cuts long documents into overlapping pieces, scores the pieces in one call, and scores a document as its best piece.</summary>
/// <remarks>
/// A cross-encoder reads a few hundred tokens and cuts off the rest, so what stands far down in a document has no say. The best
/// piece is the usual choice (MaxP; Dai and Callan, 2019). Only for rerankers that score each document for itself.
/// </remarks>
public sealed class ChunkingReranker : DelegatingReranker
{
    private readonly int _maxLength;
    private readonly int _overlap;

    /// <summary>Wraps a reranker.</summary>
    /// <param name="innerReranker">The wrapped one.</param>
    /// <param name="maxLength">Longest piece in UTF-16 units, 16 or more.</param>
    /// <param name="overlap">How much neighbouring pieces share, 0 to half of <paramref name="maxLength"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of range.</exception>
    public ChunkingReranker(IReranker innerReranker, int maxLength = 1000, int overlap = 100)
        : base(innerReranker)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxLength, 16);
        ArgumentOutOfRangeException.ThrowIfNegative(overlap);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(overlap, maxLength / 2);
        (_maxLength, _overlap) = (maxLength, overlap);
    }

    /// <inheritdoc/>
    public override async Task<IReadOnlyList<RerankResult>> RerankAsync(
        string query, IReadOnlyList<string> documents, RerankOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(documents);
        if (!documents.Any(document => document?.Length > _maxLength))
        {
            return await base.RerankAsync(query, documents, options, cancellationToken).ConfigureAwait(false);
        }

        var pieces = new List<string>();
        var owners = new List<int>();
        for (int i = 0; i < documents.Count; i++)
        {
            foreach (string piece in Pieces(documents[i] ?? throw new ArgumentNullException(nameof(documents), $"Document {i} is null.")))
            {
                pieces.Add(piece);
                owners.Add(i);
            }
        }

        // How many documents are kept can only be decided when all their pieces have scores.
        var all = options?.Clone() ?? new RerankOptions();
        (all.TopK, all.ScoreThreshold) = (null, null);
        var ranked = await base.RerankAsync(query, pieces, all, cancellationToken).ConfigureAwait(false);
        var best = new float?[documents.Count];
        foreach (var (index, score) in ranked)
        {
            int owner = owners[index];
            best[owner] = best[owner] is { } known && known >= score ? known : score;
        }

        return Ranking.Of(best.Select((score, index) => (index, score)).Where(d => d.score is not null).Select(d => new RerankResult(d.index, d.score!.Value)), options);
    }

    private IEnumerable<string> Pieces(string document)
    {
        int start = 0;
        while (document.Length - start > _maxLength)
        {
            int end = Boundary(document, start + _maxLength / 2, start + _maxLength);
            yield return document[start..end];
            int next = Math.Max(end - _overlap, start + 1);
            start = next < document.Length && char.IsLowSurrogate(document[next]) ? next + 1 : next;
        }

        yield return document[start..];
    }

    // Behind the last white space of the second half, so that words stay whole; anywhere, but not inside a character, where there is none.
    private static int Boundary(string text, int from, int to)
    {
        for (int end = to; end > from; end--)
        {
            if (char.IsWhiteSpace(text[end - 1]))
            {
                return end;
            }
        }

        return char.IsHighSurrogate(text[to - 1]) ? to - 1 : to;
    }
}
