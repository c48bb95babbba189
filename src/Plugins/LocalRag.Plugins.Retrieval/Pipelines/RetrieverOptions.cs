namespace LocalRag.Plugins.Retrieval;

/// <summary>How a <see cref="Retriever{TRecord}"/> works unless a call says otherwise.</summary>
/// <typeparam name="TRecord">The record type.</typeparam>
public sealed class RetrieverOptions<TRecord> : RerankingOptions
    where TRecord : class
{
    /// <summary>Searches by keywords too, where the collection can, and fuses both lists.</summary>
    /// <value>True by default.</value>
    public bool Hybrid { get; set; } = true;

    /// <summary>Reranks, where there is a reranker.</summary>
    /// <value>True by default.</value>
    public bool Rerank { get; set; } = true;

    /// <summary>How many hits each list brings into the fusion; never fewer than <see cref="RerankingOptions.Candidates"/> are asked for.</summary>
    /// <value>1 to 10,000; 100 by default.</value>
    public int SearchDepth { get; set; } = 100;

    /// <summary>Drops hits whose text repeats that of a better one but for case and white space, before they cost a reranking.</summary>
    /// <value>True by default.</value>
    public bool Deduplicate { get; set; } = true;

    /// <summary>How many pieces before and behind each hit are fetched along with it.</summary>
    /// <value>0 to 100; 0 by default. More than 0 needs <see cref="Passage"/> records in a collection, or <see cref="NeighbourSource"/>.</value>
    public int Neighbours { get; set; }

    /// <summary>The text of a record that hits show and prompts cite.</summary>
    /// <value>Null (the default) takes the property marked as text search value, or the only full-text property.</value>
    public Func<TRecord, string>? TextSelector { get; set; }

    /// <summary>The text of a record that the reranker reads.</summary>
    /// <value>Null (the default) takes a passage under its headings, and the text that hits show for all other records.</value>
    public Func<TRecord, string>? RerankTextSelector { get; set; }

    /// <summary>What tells records apart, so that hits of several lists can be told to be the same.</summary>
    /// <value>Null (the default) takes the property marked as key.</value>
    public Func<TRecord, object>? KeySelector { get; set; }

    /// <summary>Fetches the pieces around a record: at most the given number before and behind it, in order, without the record itself.</summary>
    /// <value>Null (the default) finds the neighbours of passages by document and ordinal.</value>
    public Func<TRecord, int, CancellationToken, Task<IReadOnlyList<TRecord>>>? NeighbourSource { get; set; }

    /// <summary>The key of the reranker in the container.</summary>
    /// <value>Null (the default) uses the one without a key; a retriever that is built by hand gets its reranker in the constructor.</value>
    public object? RerankerKey { get; set; }

    /// <inheritdoc/>
    internal override IEnumerable<string> Problems()
    {
        foreach (var problem in base.Problems())
        {
            yield return problem;
        }

        if (SearchDepth is < 1 or > 10_000)
        {
            yield return $"{nameof(SearchDepth)} must be 1 to 10000, but is {SearchDepth}.";
        }

        if (Neighbours is < 0 or > 100)
        {
            yield return $"{nameof(Neighbours)} must be 0 to 100, but is {Neighbours}.";
        }
    }
}
