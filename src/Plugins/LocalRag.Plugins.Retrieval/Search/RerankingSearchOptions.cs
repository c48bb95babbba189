namespace LocalRag.Plugins.Retrieval;

/// <summary>How a search decorator reranks.</summary>
/// <remarks>How many results are kept is what the caller of the search says; <see cref="RerankingOptions.Top"/> acts only where no count is given.</remarks>
/// <typeparam name="TRecord">The record type.</typeparam>
public sealed class RerankingSearchOptions<TRecord> : RerankingOptions
    where TRecord : class
{
    /// <summary>The text of a record that the reranker reads.</summary>
    /// <value>
    /// Null (the default) takes a passage under its headings, of other records the property marked as text search value
    /// or the only full-text property.
    /// </value>
    public Func<TRecord, string>? TextSelector { get; set; }
}
