using LocalRag.Plugins.Ingestion.Indexing;

namespace LocalRag.Plugins.Ingestion.Tests.Indexing;

/// <summary>How far reading may run ahead of a model that is slow.</summary>
public sealed class PreparedQueueTests : IDisposable
{
    private const int Megabyte = 1 << 20;

    private readonly PreparedQueue _queue = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _queue.Dispose();

    [Fact]
    public async Task Long_documents_fill_the_queue_long_before_many_do()
    {
        Assert.Equal(3, await CapacityAsync(2 * Megabyte));
    }

    [Fact]
    public async Task Short_documents_fill_it_by_their_number() => Assert.Equal(128, await CapacityAsync(100));

    [Fact]
    public async Task A_document_longer_than_the_queue_passes_alone()
    {
        await AddAsync("long", 20 * Megabyte);
        var second = AddAsync("short", 1);
        Assert.False(second.IsCompleted);

        await using var taken = _queue.TakeAllAsync(Token).GetAsyncEnumerator(Token);
        Assert.True(await taken.MoveNextAsync());
        await second;
        _queue.Complete();
        Assert.True(await taken.MoveNextAsync());
        Assert.Equal("short", taken.Current.File.Id);
        Assert.False(await taken.MoveNextAsync());
    }

    /// <summary>How many documents can be added before somebody takes one; that one is added once somebody does.</summary>
    private async Task<int> CapacityAsync(int characters)
    {
        Task last;
        var count = 0;
        while ((last = AddAsync($"{count}", characters)).IsCompletedSuccessfully)
        {
            count++;
        }

        Assert.False(last.IsCompleted);
        await using var taken = _queue.TakeAllAsync(Token).GetAsyncEnumerator(Token);
        Assert.True(await taken.MoveNextAsync());
        await last;
        return count;
    }

    private Task AddAsync(string id, int characters) =>
        _queue.AddAsync(new(new(id, id), null, PreparedState.ToWrite) { Text = new(' ', characters) }, Token);
}
