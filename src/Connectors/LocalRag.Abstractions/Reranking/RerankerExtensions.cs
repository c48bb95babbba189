namespace LocalRag;

/// <summary>Conveniences of rerankers.</summary>
public static class RerankerExtensions
{
    /// <summary>Orders items of any kind by their text: records, search results, chunks.</summary>
    /// <typeparam name="T">The type of the items.</typeparam>
    /// <param name="reranker">The reranker.</param>
    /// <param name="query">The question or search text.</param>
    /// <param name="items">The items.</param>
    /// <param name="text">The text of an item.</param>
    /// <param name="options">How many to keep and from which score on; null keeps all.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <returns>The kept items with their scores, best first.</returns>
    public static async Task<IReadOnlyList<RankedItem<T>>> RerankAsync<T>(
        this IReranker reranker, string query, IReadOnlyList<T> items, Func<T, string> text, RerankOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(reranker);
        ArgumentNullException.ThrowIfNull(items);
        ArgumentNullException.ThrowIfNull(text);
        var results = await reranker.RerankAsync(query, [.. items.Select(text)], options, cancellationToken).ConfigureAwait(false);
        return [.. results.Select(result => new RankedItem<T>(items[result.Index], result.Score))];
    }

    /// <summary>Starts a builder from a reranker, to wrap it.</summary>
    /// <param name="reranker">The core.</param>
    /// <returns>The builder.</returns>
    public static RerankerBuilder AsBuilder(this IReranker reranker) => new(reranker);

    /// <summary>Asks for an object of a type behind a reranker, as <see cref="IReranker.GetService"/> does.</summary>
    /// <typeparam name="TService">The type that is asked for.</typeparam>
    /// <param name="reranker">The reranker.</param>
    /// <param name="serviceKey">A key that tells services of one type apart; null for the plain one.</param>
    /// <returns>The object, or the default of its type where there is none.</returns>
    public static TService? GetService<TService>(this IReranker reranker, object? serviceKey = null)
    {
        ArgumentNullException.ThrowIfNull(reranker);
        return reranker.GetService(typeof(TService), serviceKey) is TService service ? service : default;
    }
}
