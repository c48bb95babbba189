using Microsoft.Extensions.VectorData;

namespace LocalRag.Connectors.InMemory.Tests.Contract;

public class CollectionTests
{
    private static readonly CancellationToken Token = TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_collection_is_created_listed_and_deleted()
    {
        using var store = new InMemoryVectorStore();
        var collection = store.GetCollection<string, Everything>("things");
        Assert.False(await collection.CollectionExistsAsync(Token));
        await collection.EnsureCollectionExistsAsync(Token);
        await collection.EnsureCollectionExistsAsync(Token);
        Assert.True(await store.CollectionExistsAsync("things", Token));
        Assert.Equal(["things"], await store.ListCollectionNamesAsync(Token).ToListAsync(Token));
        await store.EnsureCollectionDeletedAsync("things", Token);
        await store.EnsureCollectionDeletedAsync("things", Token);
        Assert.False(await collection.CollectionExistsAsync(Token));
    }

    [Fact]
    public async Task Two_stores_do_not_share_data_unless_asked_to()
    {
        using var first = new InMemoryVectorStore(new() { Name = "same" });
        using var second = new InMemoryVectorStore(new() { Name = "same" });
        using var third = new InMemoryVectorStore(new() { Database = first.Database });
        await first.GetCollection<string, Everything>("things").EnsureCollectionExistsAsync(Token);
        Assert.False(await second.CollectionExistsAsync("things", Token));
        Assert.True(await third.CollectionExistsAsync("things", Token));
    }

    [Fact]
    public async Task Records_are_copied_in_and_out()
    {
        var collection = await CreateAsync();
        var vector = new float[] { 1, 2, 3, 4 };
        var record = Everything.Create(1);
        record.Vector = vector;
        await collection.UpsertAsync(record, Token);
        vector[0] = 99;
        record.Tags![0] = "changed";
        record.Numbers!.Clear();
        record.Text = "changed";
        var read = (await collection.GetAsync("key-1", new() { IncludeVectors = true }, Token))!;
        var expected = Everything.Create(1);
        expected.Vector = new float[] { 1, 2, 3, 4 };
        Everything.AssertEqual(expected, read);
        read.Tags![0] = "changed";
        read.Numbers!.Clear();
        Assert.Equal("a", (await collection.GetAsync("key-1", cancellationToken: Token))!.Tags![0]);
    }

    [Fact]
    public async Task Vectors_are_left_out_unless_asked_for()
    {
        var collection = await CreateAsync();
        await collection.UpsertAsync(Everything.Create(1), Token);
        Assert.True((await collection.GetAsync("key-1", cancellationToken: Token))!.Vector.IsEmpty);
        var hit = await collection.SearchAsync(new float[4], 1, new() { VectorProperty = r => r.Vector }, Token).SingleAsync(Token);
        Assert.True(hit.Record.Vector.IsEmpty);
        Assert.Null(hit.Record.Second);
        hit = await collection.SearchAsync(new float[4], 1, new() { VectorProperty = r => r.Vector, IncludeVectors = true }, Token).SingleAsync(Token);
        Assert.Equal(4, hit.Record.Vector.Length);
    }

    [Fact]
    public async Task One_collection_opens_as_class_as_dictionary_and_as_another_class()
    {
        using var store = new InMemoryVectorStore();
        var things = store.GetCollection<string, Everything>("things");
        await things.EnsureCollectionExistsAsync(Token);
        await things.UpsertAsync(Everything.Create(1), Token);
        var dynamic = store.GetDynamicCollection("things", new VectorStoreCollectionDefinition
        {
            Properties =
            [
                new VectorStoreKeyProperty("Key", typeof(string)),
                new VectorStoreDataProperty("Numbers", typeof(int[])),
                new VectorStoreDataProperty("Weekday", typeof(DayOfWeek)),
                new VectorStoreVectorProperty("Vector", typeof(float[]), 4),
            ],
        });
        var dictionary = (await dynamic.GetAsync("key-1", new() { IncludeVectors = true }, Token))!;
        Assert.Equal(new[] { 1, -1 }, dictionary["Numbers"]);
        Assert.Equal(DayOfWeek.Monday, dictionary["Weekday"]);
        Assert.Equal(Everything.Create(1).Vector.ToArray(), dictionary["Vector"]);
        dictionary["Key"] = "new";
        await dynamic.UpsertAsync(dictionary, Token);
        var slim = store.GetCollection<string, Slim>("things");
        Assert.Equal([1, -1], (await slim.GetAsync("new", cancellationToken: Token))!.Numbers!);
        Assert.Null((await things.GetAsync("new", cancellationToken: Token))!.Text);
    }

    [Fact]
    public async Task A_record_type_that_does_not_fit_is_refused_with_both_sides()
    {
        using var store = new InMemoryVectorStore();
        await store.GetCollection<string, Everything>("things").EnsureCollectionExistsAsync(Token);
        await AssertRefusedAsync(new VectorStoreDataProperty("n", typeof(string)), "Int32");
        await AssertRefusedAsync(new VectorStoreDataProperty("Missing", typeof(string)), "'Missing'");
        await AssertRefusedAsync(new VectorStoreVectorProperty("Vector", typeof(float[]), 5), "4 components");
        await AssertRefusedAsync(new VectorStoreVectorProperty("Vector", typeof(float[]), 4) { DistanceFunction = DistanceFunction.HammingDistance }, "CosineSimilarity");

        async Task AssertRefusedAsync(VectorStoreProperty property, string message)
        {
            var other = store.GetDynamicCollection("things", new VectorStoreCollectionDefinition { Properties = [new VectorStoreKeyProperty("Key", typeof(string)), property] });
            var error = await Assert.ThrowsAsync<InvalidOperationException>(() => other.EnsureCollectionExistsAsync(Token));
            Assert.Contains(message, error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Guid_keys_are_generated_and_written_back()
    {
        var collection = new InMemoryCollection<Guid, Keyed<Guid>>("guids");
        await collection.EnsureCollectionExistsAsync(Token);
        Keyed<Guid>[] records = [new() { Vector = new float[2] }, new() { Vector = new float[2] }];
        await collection.UpsertAsync(records, Token);
        Assert.DoesNotContain(records, r => r.Id == Guid.Empty);
        Assert.NotEqual(records[0].Id, records[1].Id);
        Assert.NotNull(await collection.GetAsync(records[1].Id, cancellationToken: Token));
    }

    [Fact]
    public Task Every_key_type_works() => Task.WhenAll(
        RoundTripAsync("a", "b"),
        RoundTripAsync(1, 2),
        RoundTripAsync(1L, long.MaxValue),
        RoundTripAsync(1u, uint.MaxValue),
        RoundTripAsync(1ul, ulong.MaxValue),
        RoundTripAsync(Guid.NewGuid(), Guid.NewGuid()));

    [Theory]
    [InlineData(DistanceFunction.CosineSimilarity, new[] { 0, 2, 1 }, new[] { 1d, 0, -1 })]
    [InlineData(DistanceFunction.CosineDistance, new[] { 0, 2, 1 }, new[] { 0d, 1, 2 })]
    [InlineData(DistanceFunction.DotProductSimilarity, new[] { 0, 2, 1 }, new[] { 1d, 0, -1 })]
    [InlineData(DistanceFunction.NegativeDotProductSimilarity, new[] { 0, 2, 1 }, new[] { -1d, 0, 1 })]
    [InlineData(DistanceFunction.EuclideanDistance, new[] { 0, 2, 1 }, new[] { 0d, 1.7320508, 2 })]
    [InlineData(DistanceFunction.EuclideanSquaredDistance, new[] { 0, 2, 1 }, new[] { 0d, 3, 4 })]
    [InlineData(DistanceFunction.ManhattanDistance, new[] { 0, 1, 2 }, new[] { 0d, 2, 3 })]
    [InlineData(DistanceFunction.HammingDistance, new[] { 0, 1, 2 }, new[] { 0d, 1, 3 })]
    public async Task Every_distance_function_orders_scores_and_cuts_at_the_threshold(string function, int[] order, double[] scores)
    {
        var collection = new InMemoryDynamicCollection("points", new()
        {
            Definition = new VectorStoreCollectionDefinition
            {
                Properties = [new VectorStoreKeyProperty("Id", typeof(int)), new VectorStoreVectorProperty("Vector", typeof(float[]), 4) { DistanceFunction = function }],
            },
        });
        await collection.EnsureCollectionExistsAsync(Token);
        float[][] vectors = [[1, 0, 0, 0], [-1, 0, 0, 0], [0, -1, -1, 0]];
        await collection.UpsertAsync(vectors.Select((v, i) => new Dictionary<string, object?> { ["Id"] = i, ["Vector"] = v }), Token);
        var hits = await collection.SearchAsync(vectors[0], 3, cancellationToken: Token).ToListAsync(Token);
        Assert.Equal(order, hits.Select(h => (int)h.Record["Id"]!));
        foreach (var (expected, hit) in scores.Zip(hits))
            Assert.Equal(expected, hit.Score!.Value, 1e-6);
        Assert.Equal(2, await collection.SearchAsync(vectors[0], 3, new() { ScoreThreshold = hits[1].Score }, Token).CountAsync(Token));
        Assert.Equal(order[1..], await collection.SearchAsync(vectors[0], 3, new() { Skip = 1 }, Token).Select(h => (int)h.Record["Id"]!).ToListAsync(Token));
    }

    [Fact]
    public async Task Every_form_of_vector_comes_back_as_it_went_in()
    {
        await RoundTripVectorAsync<ReadOnlyMemory<float>>(new float[] { 1, 2, 3 }, v => v.ToArray());
        await RoundTripVectorAsync<float[]>([1, 2, 3], v => v);
        await RoundTripVectorAsync(new Microsoft.Extensions.AI.Embedding<float>(new float[] { 1, 2, 3 }), v => v.Vector.ToArray());
        await RoundTripVectorAsync<Half[]>([(Half)1, (Half)0.1, (Half)(-3)], v => v);
        await RoundTripVectorAsync<ReadOnlyMemory<Half>>(new[] { (Half)1, (Half)0.1, (Half)(-3) }, v => v.ToArray());
        await RoundTripVectorAsync<sbyte[]>([1, -128, 127], v => v);
        await RoundTripVectorAsync<byte[]>([1, 255, 0], v => v);
        await RoundTripVectorAsync(new System.Collections.BitArray([true, false, true]), v => v.Cast<bool>().ToArray());
        await RoundTripVectorAsync(new Microsoft.Extensions.AI.BinaryEmbedding(new System.Collections.BitArray([true, false, true])), v => v.Vector.Cast<bool>().ToArray());
    }

    [Fact]
    public async Task Results_are_sorted_and_paged_by_any_property()
    {
        var collection = await CreateAsync();
        await collection.UpsertAsync(Enumerable.Range(0, 40).Select(Everything.Create), Token);
        var page = await collection.GetAsync(r => r.Number < 30, 3, new() { Skip = 2, OrderBy = o => o.Descending(r => r.Weekday).Ascending(r => r.Number) }, Token).ToListAsync(Token);
        var expected = Enumerable.Range(0, 30).Select(Everything.Create).OrderByDescending(r => r.Weekday).ThenBy(r => r.Number).Skip(2).Take(3);
        Assert.Equal(expected.Select(r => r.Key), page.Select(r => r.Key));
    }

    [Fact]
    public void Metadata_and_services_are_answered()
    {
        using var store = new InMemoryVectorStore(new() { Name = "mine" });
        var collection = store.GetCollection<string, Everything>("things");
        var metadata = (VectorStoreCollectionMetadata)collection.GetService(typeof(VectorStoreCollectionMetadata))!;
        Assert.Equal(("localrag.inmemory", "mine", "things"), (metadata.VectorStoreSystemName, metadata.VectorStoreName, metadata.CollectionName));
        Assert.Equal("mine", ((VectorStoreMetadata)store.GetService(typeof(VectorStoreMetadata))!).VectorStoreName);
        Assert.Same(collection, collection.GetService(typeof(IKeywordHybridSearchable<Everything>)));
        Assert.Null(collection.GetService(typeof(VectorStoreCollectionMetadata), "key"));
        Assert.Throws<ArgumentNullException>(() => store.GetService(null!));
    }

    [Fact]
    public async Task Compaction_changes_nothing_that_can_be_seen()
    {
        var collection = await CreateAsync();
        await collection.UpsertAsync(Enumerable.Range(0, 3000).Select(Everything.Create), Token);
        await collection.DeleteAsync(Enumerable.Range(0, 3000).Where(i => i % 3 != 0).Select(i => $"key-{i}"), Token);
        Assert.Equal(1000, await collection.GetAsync(_ => true, 9000, cancellationToken: Token).CountAsync(Token));
        Everything.AssertEqual(Everything.Create(2997), await collection.GetAsync("key-2997", new() { IncludeVectors = true }, Token));
        var hits = await collection.HybridSearchWithLegsAsync(new float[] { 9, 1, 0, 0.5f }, ["999"], 5, new() { VectorProperty = r => r.Vector }, Token).ToListAsync(Token);
        Assert.Contains(hits, h => h.Record.Key == "key-999" && h.KeywordRank == 1);
    }

    private static async Task RoundTripAsync<TKey>(TKey first, TKey second)
        where TKey : notnull
    {
        var collection = new InMemoryCollection<TKey, Keyed<TKey>>("keys");
        await collection.EnsureCollectionExistsAsync(Token);
        await collection.UpsertAsync([new() { Id = first, Vector = new float[] { 1, 0 } }, new() { Id = second, Vector = new float[] { 0, 1 } }], Token);
        await collection.DeleteAsync(first, Token);
        Assert.Null(await collection.GetAsync(first, cancellationToken: Token));
        Assert.Equal(second, (await collection.GetAsync(second, cancellationToken: Token))!.Id);
    }

    private static async Task RoundTripVectorAsync<T>(T vector, Func<T, System.Collections.IEnumerable> items)
        where T : notnull
    {
        var collection = new InMemoryCollection<int, Vectored<T>>("vectors", new()
        {
            Definition = new VectorStoreCollectionDefinition { Properties = [new VectorStoreKeyProperty("Id", typeof(int)), new VectorStoreVectorProperty("Vector", typeof(T), 3)] },
        });
        await collection.EnsureCollectionExistsAsync(Token);
        await collection.UpsertAsync(new Vectored<T> { Id = 1, Vector = vector }, Token);
        var read = await collection.GetAsync(1, new() { IncludeVectors = true }, Token);
        Assert.Equal(items(vector), items(read!.Vector!));
        Assert.Equal(1, (await collection.SearchAsync(vector, 1, cancellationToken: Token).SingleAsync(Token)).Score!.Value, 1e-6);
    }

    private static async Task<InMemoryCollection<string, Everything>> CreateAsync()
    {
        var collection = new InMemoryCollection<string, Everything>("things");
        await collection.EnsureCollectionExistsAsync(Token);
        return collection;
    }

    public sealed class Slim
    {
        [VectorStoreKey]
        public string Key { get; set; } = "";

        [VectorStoreData]
        public List<int>? Numbers { get; set; }
    }

    public sealed class Keyed<TKey>
    {
        [VectorStoreKey]
        public TKey Id { get; set; } = default!;

        [VectorStoreVector(2)]
        public ReadOnlyMemory<float> Vector { get; set; }
    }

    public sealed class Vectored<T>
    {
        public int Id { get; set; }

        public T? Vector { get; set; }
    }
}
