namespace LocalRag.Connectors.InMemory.Tests.Concurrency;

/// <summary>Random operations against the simplest store that could be right: a list in order of insertion.</summary>
public class ModelTests
{
    private static readonly CancellationToken Token = TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(2)]
    public async Task Ten_thousand_operations_agree_with_a_simple_model(int seed)
    {
        var random = new Random(seed);
        var store = new InMemoryVectorStore();
        var collection = store.GetCollection<int, ConcurrencyTests.Register>("registers");
        await collection.EnsureCollectionExistsAsync(Token);
        var model = new List<(int Id, int Value, float[] Vector)>();
        for (var step = 0; step < 10_000; step++)
        {
            switch (random.Next(12))
            {
                case <= 5:
                    var batch = Enumerable.Range(0, random.Next(1, 6)).Select(_ => (Id: random.Next(400), Value: random.Next(30), Vector: Vector())).ToArray();
                    await collection.UpsertAsync(batch.Select(b => new ConcurrencyTests.Register { Id = b.Id, Value = b.Value, Vector = b.Vector }), Token);
                    foreach (var record in batch)
                    {
                        model.RemoveAll(m => m.Id == record.Id);
                        model.Add(record);
                    }

                    break;
                case <= 8:
                    var keys = Enumerable.Range(0, random.Next(1, 8)).Select(_ => random.Next(400)).ToArray();
                    await collection.DeleteAsync(keys, Token);
                    model.RemoveAll(m => keys.Contains(m.Id));
                    break;
                case 9:
                    var key = random.Next(400);
                    var read = await collection.GetAsync(key, new() { IncludeVectors = true }, Token);
                    var expected = model.Find(m => m.Id == key);
                    Assert.Equal(expected.Vector, read?.Vector.ToArray());
                    Assert.Equal(expected.Value, read?.Value ?? 0);
                    break;
                case 10:
                    var (low, high) = (random.Next(30), random.Next(30));
                    var filtered = await collection.GetAsync(r => r.Value >= low && r.Value < high, 1000, cancellationToken: Token).Select(r => r.Id).ToListAsync(Token);
                    Assert.Equal(model.Where(m => m.Value >= low && m.Value < high).Select(m => m.Id), filtered);
                    break;
                default:
                    var query = Vector();
                    var value = random.Next(30);
                    var hits = await collection.SearchAsync(query, 7, new() { Filter = r => r.Value != value, Skip = 1 }, Token).Select(r => r.Record.Id).ToListAsync(Token);
                    var ranked = model.Where(m => m.Value != value).Select((m, i) => (m.Id, Score: VectorSimilarity.Dot(query, m.Vector), i))
                        .OrderByDescending(m => m.Score).ThenBy(m => m.i).Select(m => m.Id).Skip(1).Take(7);
                    Assert.Equal(ranked, hits);
                    break;
            }

            if (step % 4000 == 3999)
            {
                using var stream = new MemoryStream();
                await store.SaveAsync(stream, Token);
                stream.Position = 0;
                store = new InMemoryVectorStore();
                await store.LoadAsync(stream, cancellationToken: Token);
                collection = store.GetCollection<int, ConcurrencyTests.Register>("registers");
            }
        }

        // Small whole numbers: products are exact, and ties are frequent.
        float[] Vector() => [random.Next(1, 4), random.Next(3), random.Next(3), 1];
    }
}
