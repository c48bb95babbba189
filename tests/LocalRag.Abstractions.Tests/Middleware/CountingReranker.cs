namespace LocalRag.Tests;

/// <summary>Scores a document by how often it holds the query; remembers its calls and how often it was disposed.</summary>
public sealed class CountingReranker : IReranker
{
    public List<(string Query, IReadOnlyList<string> Documents, RerankOptions? Options)> Calls { get; } = [];

    public Exception? Failure { get; set; }

    public int Disposals { get; private set; }

    public Task<IReadOnlyList<RerankResult>> RerankAsync(
        string query, IReadOnlyList<string> documents, RerankOptions? options = null, CancellationToken cancellationToken = default)
    {
        Calls.Add((query, documents, options));
        cancellationToken.ThrowIfCancellationRequested();
        return Failure is null
            ? Task.FromResult<IReadOnlyList<RerankResult>>(Ranking.Of(documents.Select((d, i) => new RerankResult(i, d.Split(query).Length - 1)), options))
            : Task.FromException<IReadOnlyList<RerankResult>>(Failure);
    }

    public object? GetService(Type serviceType, object? serviceKey = null) =>
        serviceType == typeof(RerankerMetadata) ? new RerankerMetadata("test", defaultModelId: "counter") : serviceType.IsInstanceOfType(this) ? this : null;

    public void Dispose() => Disposals++;
}
