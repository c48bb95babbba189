namespace LocalRag.Plugins.Retrieval;

/// <summary>Which functions of a kernel are reranked, and how.</summary>
/// <remarks>
/// Names in <see cref="Include"/> and <see cref="Exclude"/> are those of a plug-in (<c>Docs</c>), of a function
/// (<c>Search</c>) or of both (<c>Docs.Search</c>), in any case.
/// </remarks>
public sealed class RerankingFilterOptions : RerankingOptions
{
    /// <summary>Functions that are reranked although their metadata does not declare search results.</summary>
    /// <value>Empty by default. Such a function must return a list of strings, text search results or records.</value>
    public IList<string> Include { get; private set; } = [];

    /// <summary>Functions that are never reranked.</summary>
    /// <value>Empty by default.</value>
    public IList<string> Exclude { get; private set; } = [];

    /// <summary>Reranks nothing but what <see cref="Include"/> names.</summary>
    /// <value>False by default.</value>
    public bool IncludedOnly { get; set; }

    /// <summary>The argument that holds the question.</summary>
    /// <value><c>query</c> by default, as Semantic Kernel's search functions name it.</value>
    public string QueryParameter { get; set; } = "query";

    /// <summary>The argument that says how many results are wanted; it is raised while the function runs and then restored.</summary>
    /// <value><c>count</c> by default. A function without it returns what it returns.</value>
    public string CountParameter { get; set; } = "count";

    /// <summary>The argument that says how many results are left out in front; the same holds for it.</summary>
    /// <value><c>skip</c> by default.</value>
    public string SkipParameter { get; set; } = "skip";

    /// <summary>Finds the text of a result.</summary>
    /// <value>
    /// Null (the default) takes a string as it is, the value of a text search result, the property of a record marked
    /// as text search value, or its only full-text property.
    /// </value>
    public Func<object, string>? TextSelector { get; set; }

    /// <summary>The key of the reranker in the container.</summary>
    /// <value>Null (the default) uses the one without a key.</value>
    public object? RerankerKey { get; set; }

    /// <inheritdoc/>
    internal override IEnumerable<string> Problems()
    {
        foreach (var problem in base.Problems())
        {
            yield return problem;
        }

        foreach (var (name, value) in new[] { (nameof(QueryParameter), QueryParameter), (nameof(CountParameter), CountParameter), (nameof(SkipParameter), SkipParameter) })
        {
            if (string.IsNullOrWhiteSpace(value))
            {
                yield return $"{name} must be the name of an argument, but is blank.";
            }
        }

        if (IncludedOnly && Include.Count == 0)
        {
            yield return $"{nameof(IncludedOnly)} is set, but {nameof(Include)} names no function: nothing would be reranked.";
        }
    }

    /// <inheritdoc cref="RerankingOptions.Snapshot"/>
    internal new RerankingFilterOptions Snapshot()
    {
        var copy = (RerankingFilterOptions)base.Snapshot();
        copy.Include = [.. Include];
        copy.Exclude = [.. Exclude];
        return copy;
    }
}
