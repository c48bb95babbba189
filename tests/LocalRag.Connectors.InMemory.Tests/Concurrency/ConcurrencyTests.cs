using System.Collections.Concurrent;
using Microsoft.Extensions.VectorData;

namespace LocalRag.Connectors.InMemory.Tests.Concurrency;

public class ConcurrencyTests
{
    private static readonly CancellationToken Token = TestContext.Current.CancellationToken;

    public sealed class Register
    {
        [VectorStoreKey]
        public int Id { get; set; }

        [VectorStoreData(IsIndexed = true)]
        public int Value { get; set; }

        [VectorStoreVector(4, DistanceFunction = DistanceFunction.DotProductSimilarity)]
        public ReadOnlyMemory<float> Vector { get; set; }
    }

    /// <summary>Writers hand out rising values, so a history is linearizable exactly if no read returns less than a write that had ended, or more than one that had begun.</summary>
    [Fact]
    public async Task Single_keys_are_linearizable()
    {
        var collection = await CreateAsync();
        const int Keys = 3, Writes = 1500;
        var begun = new int[Keys];
        var ended = new int[Keys];
        var errors = new ConcurrentQueue<string>();
        using var done = new CancellationTokenSource();
        var writers = Enumerable.Range(0, Keys).Select(key => Task.Run(async () =>
        {
            for (var value = 1; value <= Writes; value++)
            {
                Volatile.Write(ref begun[key], value);
                await collection.UpsertAsync(New(key, value));
                Volatile.Write(ref ended[key], value);
            }
        })).ToArray();
        var readers = Enumerable.Range(0, 3).Select(seed => Task.Run(async () =>
        {
            var random = new Random(seed);
            var last = new int[Keys];
            while (!done.IsCancellationRequested)
            {
                var key = random.Next(Keys);
                var low = Math.Max(last[key], Volatile.Read(ref ended[key]));
                var value = (await collection.GetAsync(key))?.Value ?? 0;
                var high = Volatile.Read(ref begun[key]);
                last[key] = value;
                if (value < low || value > high)
                    errors.Enqueue($"key {key}: read {value}, expected {low} to {high}");
            }
        })).ToArray();
        await Task.WhenAll(writers);
        await done.CancelAsync();
        await Task.WhenAll(readers);
        Assert.Empty(errors);
        Assert.Equal(Writes, (await collection.GetAsync(0, cancellationToken: Token))!.Value);
    }

    [Fact]
    public async Task A_batch_is_seen_whole_or_not_at_all()
    {
        var collection = await CreateAsync();
        var errors = new ConcurrentQueue<string>();
        await collection.UpsertAsync(Enumerable.Range(0, 20).Select(key => New(key, 0)), Token);
        var writer = Task.Run(async () =>
        {
            for (var value = 1; value <= 400; value++)
                await collection.UpsertAsync(Enumerable.Range(0, 20).Select(key => New(key, value)));
        }, Token);
        var readers = Enumerable.Range(0, 3).Select(kind => Task.Run(async () =>
        {
            while (!writer.IsCompleted)
            {
                var values = kind switch
                {
                    0 => await collection.SearchAsync(new float[] { 1, 2, 3, 4 }, 100).Select(r => r.Record.Value).ToListAsync(),
                    1 => await collection.GetAsync(Enumerable.Range(0, 20)).Select(r => r.Value).ToListAsync(),
                    _ => await collection.GetAsync(r => r.Value >= 0, 100).Select(r => r.Value).ToListAsync(),
                };
                if (values.Count != 20 || values.Distinct().Count() != 1)
                    errors.Enqueue($"{kind}: {string.Join(' ', values)}");
            }
        })).ToArray();
        await Task.WhenAll([writer, .. readers]);
        Assert.Empty(errors);
    }

    [Fact]
    public async Task A_search_that_has_begun_survives_the_deletion_of_its_collection()
    {
        var collection = await CreateAsync();
        await collection.UpsertAsync(Enumerable.Range(0, 50).Select(key => New(key, key)), Token);
        await using var search = collection.SearchAsync(new float[] { 1, 2, 3, 4 }, 50, cancellationToken: Token).GetAsyncEnumerator(Token);
        Assert.True(await search.MoveNextAsync());
        await collection.EnsureCollectionDeletedAsync(Token);
        var rest = 1;
        while (await search.MoveNextAsync())
            rest++;
        Assert.Equal(50, rest);
        await Assert.ThrowsAsync<VectorStoreException>(() => collection.UpsertAsync(New(1, 1), Token));
        await Assert.ThrowsAsync<VectorStoreException>(async () => await collection.SearchAsync(new float[4], 1, cancellationToken: Token).ToListAsync(Token));
    }

    private static Register New(int key, int value) => new() { Id = key, Value = value, Vector = new float[] { key, value, 1, 2 } };

    private static async Task<InMemoryCollection<int, Register>> CreateAsync()
    {
        var collection = new InMemoryCollection<int, Register>("registers");
        await collection.EnsureCollectionExistsAsync(Token);
        return collection;
    }
}
