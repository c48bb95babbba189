using Microsoft.Extensions.VectorData;

namespace LocalRag;

/// <summary>A collection that can be searched by keywords alone.</summary>
/// <remarks>
/// The VectorData abstractions know only the fused result of a hybrid search. A collection that answers
/// <c>GetService(typeof(IKeywordSearchable&lt;TRecord&gt;))</c> lets a pipeline fuse the two lists itself and show score
/// and rank of each. Implementations are safe for concurrent calls.
/// </remarks>
/// <typeparam name="TRecord">The record type of the collection.</typeparam>
public interface IKeywordSearchable<TRecord>
    where TRecord : class
{
    /// <summary>Finds records that contain at least one of the keywords, best match first.</summary>
    /// <param name="keywords">Words or phrases; the implementation analyses each as it analysed the records.</param>
    /// <param name="top">How many records to return at the most, 1 or more.</param>
    /// <param name="options">Filter, skip, full-text property and lowest score; null for the defaults.</param>
    /// <param name="cancellationToken">Stops the search.</param>
    /// <returns>Records with their keyword score (higher is better); records without any keyword are left out.</returns>
    IAsyncEnumerable<VectorSearchResult<TRecord>> KeywordSearchAsync(
        ICollection<string> keywords,
        int top,
        HybridSearchOptions<TRecord>? options = null,
        CancellationToken cancellationToken = default);
}
