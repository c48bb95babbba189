using LocalRag;

namespace RagDemo.Tests;

/// <summary>A reranker that keeps the order, but not before the test lets it.</summary>
internal sealed class HeldReranker : IReranker
{
    private readonly SemaphoreSlim _entered = new(0);
    private readonly SemaphoreSlim _stopped = new(0);
    private readonly TaskCompletionSource _open = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Waits until a call is held.</summary>
    public Task EnteredAsync() => _entered.WaitAsync(TestContext.Current.CancellationToken);

    /// <summary>Waits until a held call was cancelled.</summary>
    public Task StoppedAsync() => _stopped.WaitAsync(TestContext.Current.CancellationToken);

    public void Open() => _open.TrySetResult();

    public async Task<IReadOnlyList<RerankResult>> RerankAsync(
        string query, IReadOnlyList<string> documents, RerankOptions? options = null, CancellationToken cancellationToken = default)
    {
        _entered.Release();
        try
        {
            await _open.Task.WaitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            _stopped.Release();
            throw;
        }

        return [.. documents.Select((_, i) => new RerankResult(i, 1f / (i + 1))).Take(options?.TopK ?? documents.Count)];
    }

    public object? GetService(Type serviceType, object? serviceKey = null) => null;

    public void Dispose()
    {
        _entered.Dispose();
        _stopped.Dispose();
    }
}
