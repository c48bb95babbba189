namespace LocalRag;

/// <summary>Orders documents by how well they answer a query.</summary>
/// <remarks>
/// Implementations are safe for concurrent calls. The result names documents by their index in the list that was
/// passed, so that it adapts to any record type. A caller that builds an implementation disposes it; one that gets it
/// from a container leaves that to the container. <see cref="IDisposable.Dispose"/> may be called more than once.
/// </remarks>
public interface IReranker : IDisposable
{
    /// <summary>Scores every document against <paramref name="query"/> and returns them best first.</summary>
    /// <param name="query">The question or search text.</param>
    /// <param name="documents">The candidate texts; may be empty, in which case the result is empty.</param>
    /// <param name="options">How many to keep and from which score on; null keeps all.</param>
    /// <param name="cancellationToken">Stops the work between batches and inside a running one where the engine can.</param>
    /// <returns>Index and score of the kept documents, by falling score; equal scores keep the order of <paramref name="documents"/>.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="query"/>, <paramref name="documents"/> or one of the documents is null.</exception>
    Task<IReadOnlyList<RerankResult>> RerankAsync(
        string query,
        IReadOnlyList<string> documents,
        RerankOptions? options = null,
        CancellationToken cancellationToken = default);

    /// <summary>Asks for an object of type <paramref name="serviceType"/> behind this reranker: itself, its <see cref="RerankerMetadata"/>, a wrapped engine.</summary>
    /// <param name="serviceType">The type that is asked for.</param>
    /// <param name="serviceKey">A key that tells services of one type apart; null for the plain one.</param>
    /// <returns>The object, or null where there is none.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="serviceType"/> is null.</exception>
    object? GetService(Type serviceType, object? serviceKey = null);
}
