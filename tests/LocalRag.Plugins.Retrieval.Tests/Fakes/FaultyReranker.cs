namespace LocalRag.Plugins.Retrieval.Tests;

/// <summary>A reranker that does whatever a test wants, faults included.</summary>
public sealed class FaultyReranker(Func<IReadOnlyList<string>, CancellationToken, Task<IReadOnlyList<RerankResult>>> rerank) : IReranker
{
    public Task<IReadOnlyList<RerankResult>> RerankAsync(
        string query, IReadOnlyList<string> documents, RerankOptions? options = null, CancellationToken cancellationToken = default) => rerank(documents, cancellationToken);

    public object? GetService(Type serviceType, object? serviceKey = null) => null;

    public void Dispose()
    {
    }

    public static FaultyReranker Throws(Exception e) => new((_, _) => Task.FromException<IReadOnlyList<RerankResult>>(e));

    public static FaultyReranker Returns(params IReadOnlyList<RerankResult> results) => new((_, _) => Task.FromResult(results));

    /// <summary>Never answers and never looks at its token.</summary>
    public static FaultyReranker Hangs() => new((_, _) => new TaskCompletionSource<IReadOnlyList<RerankResult>>().Task);
}
