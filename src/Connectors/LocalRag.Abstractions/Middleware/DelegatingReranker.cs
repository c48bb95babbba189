namespace LocalRag;

/// <summary>A reranker that hands everything to another one: the base of wrappers that change one thing.</summary>
/// <remarks>As safe for concurrent calls as the wrapped one. Disposing it disposes the wrapped one.</remarks>
public class DelegatingReranker : IReranker
{
    /// <summary>Wraps a reranker.</summary>
    /// <param name="innerReranker">The wrapped one.</param>
    /// <exception cref="ArgumentNullException"><paramref name="innerReranker"/> is null.</exception>
    protected DelegatingReranker(IReranker innerReranker)
    {
        ArgumentNullException.ThrowIfNull(innerReranker);
        InnerReranker = innerReranker;
    }

    /// <summary>The wrapped reranker.</summary>
    protected IReranker InnerReranker { get; }

    /// <inheritdoc/>
    public virtual Task<IReadOnlyList<RerankResult>> RerankAsync(
        string query, IReadOnlyList<string> documents, RerankOptions? options = null, CancellationToken cancellationToken = default) =>
        InnerReranker.RerankAsync(query, documents, options, cancellationToken);

    /// <inheritdoc/>
    public virtual object? GetService(Type serviceType, object? serviceKey = null)
    {
        ArgumentNullException.ThrowIfNull(serviceType);
        return serviceKey is null && serviceType.IsInstanceOfType(this) ? this : InnerReranker.GetService(serviceType, serviceKey);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Disposes the wrapped reranker.</summary>
    /// <param name="disposing">True when called by <see cref="Dispose()"/>.</param>
    protected virtual void Dispose(bool disposing)
    {
        if (disposing)
        {
            InnerReranker.Dispose();
        }
    }
}
