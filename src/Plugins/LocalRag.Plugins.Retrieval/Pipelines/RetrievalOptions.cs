using System.Linq.Expressions;

namespace LocalRag.Plugins.Retrieval;

/// <summary>What one call of <see cref="Retriever{TRecord}.RetrieveAsync"/> does differently; null keeps what the retriever's own options say.</summary>
/// <typeparam name="TRecord">The record type.</typeparam>
public sealed class RetrievalOptions<TRecord>
    where TRecord : class
{
    /// <summary>How many hits are returned at the most.</summary>
    /// <value>1 to 10,000.</value>
    public int? Top { get; set; }

    /// <summary>How many candidates the reranker sees; never fewer than <see cref="Top"/> are searched.</summary>
    /// <value>1 to 10,000.</value>
    public int? Candidates { get; set; }

    /// <summary>Searches by keywords too.</summary>
    public bool? Hybrid { get; set; }

    /// <summary>Searches by keywords alone: no query is embedded and no vector compared.</summary>
    /// <value>False by default. True needs a collection that offers <see cref="IKeywordSearchable{TRecord}"/>, and goes before <see cref="Hybrid"/>.</value>
    public bool KeywordsOnly { get; set; }

    /// <summary>Reranks.</summary>
    public bool? Rerank { get; set; }

    /// <summary>The lowest score that is kept, on the reranker's own scale; without a reranking it does not act.</summary>
    public float? ScoreThreshold { get; set; }

    /// <summary>How many pieces before and behind each hit are fetched along.</summary>
    /// <value>0 to 100.</value>
    public int? Neighbours { get; set; }

    /// <summary>Only records that pass are searched.</summary>
    public Expression<Func<TRecord, bool>>? Filter { get; set; }

    /// <summary>Other wordings of the question: each is searched, and all lists are fused; the reranker reads the question itself.</summary>
    /// <value>Empty by default.</value>
    public IReadOnlyList<string> AdditionalQueries { get; set; } = [];
}
