namespace LocalRag.Plugins.Retrieval.Tests;

/// <summary>A reranker that scores by a function and remembers what it was asked.</summary>
public sealed class ScriptedReranker(Func<string, string, float> score) : IReranker
{
    public List<(string Query, IReadOnlyList<string> Documents)> Calls { get; } = [];

    public int Disposals { get; private set; }

    /// <summary>Prefers the candidate with the highest number at its end: the reverse of <see cref="ListedNotes.Of"/>.</summary>
    public static ScriptedReranker HighestNumber() => new(static (_, text) => int.Parse(text.Split(' ')[^1], System.Globalization.CultureInfo.InvariantCulture));

    public Task<IReadOnlyList<RerankResult>> RerankAsync(
        string query, IReadOnlyList<string> documents, RerankOptions? options = null, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (Calls)
        {
            Calls.Add((query, documents));
        }

        IEnumerable<RerankResult> results = documents.Select((text, i) => new RerankResult(i, score(query, text))).OrderByDescending(r => r.Score);
        return Task.FromResult<IReadOnlyList<RerankResult>>([.. results.Take(options?.TopK ?? int.MaxValue)]);
    }

    public object? GetService(Type serviceType, object? serviceKey = null) => serviceType.IsInstanceOfType(this) ? this : null;

    public void Dispose() => Disposals++;
}
