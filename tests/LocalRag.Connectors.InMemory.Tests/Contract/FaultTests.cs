using Microsoft.Extensions.AI;
using Microsoft.Extensions.VectorData;

namespace LocalRag.Connectors.InMemory.Tests.Contract;

public class FaultTests
{
    private static readonly CancellationToken Token = TestContext.Current.CancellationToken;
    private static readonly float[] Query = [1, 2, 3, 4];

    [Fact]
    public async Task A_vector_of_the_wrong_dimension_names_collection_record_and_both_dimensions()
    {
        var collection = await CreateAsync();
        var record = Everything.Create(1);
        record.Vector = new float[5];
        var error = await Assert.ThrowsAsync<ArgumentException>(() => collection.UpsertAsync([Everything.Create(0), record], Token));
        Assert.Contains("Collection 'things' stores 4-dimensional vectors but property 'Vector' of record 'key-1' has 5", error.Message, StringComparison.Ordinal);
        Assert.Null(await collection.GetAsync("key-0", cancellationToken: Token));
        var search = await Assert.ThrowsAsync<ArgumentException>(async () => await collection.SearchAsync(new float[3], 1, Options(), Token).ToListAsync(Token));
        Assert.Contains("4-dimensional vectors but the query has 3", search.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_null_vector_is_stored_where_the_property_allows_it_and_never_found()
    {
        var collection = await CreateAsync();
        await collection.UpsertAsync([Everything.Create(8), Everything.Create(9)], Token);
        var hits = await collection.SearchAsync(new float[3], 10, new() { VectorProperty = r => r.Second }, Token).ToListAsync(Token);
        Assert.Equal("key-9", Assert.Single(hits).Record.Key);
        Assert.Null((await collection.GetAsync("key-8", new() { IncludeVectors = true }, Token))!.Second);
    }

    [Fact]
    public async Task A_null_vector_is_refused_where_the_property_is_always_there()
    {
        var collection = new InMemoryCollection<int, Strict>("strict");
        await collection.EnsureCollectionExistsAsync(Token);
        var error = await Assert.ThrowsAsync<ArgumentException>(() => collection.UpsertAsync(new Strict { Id = 7, Vector = null! }, Token));
        Assert.Contains("'Vector' of record '7' is null", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_two_records_with_one_key_in_a_batch_the_later_one_counts()
    {
        var collection = await CreateAsync();
        var (first, second) = (Everything.Create(4), Everything.Create(4));
        second.Number = 77;
        await collection.UpsertAsync([first, second], Token);
        Assert.Equal(77, Assert.Single(await collection.GetAsync(_ => true, 10, cancellationToken: Token).ToListAsync(Token)).Number);
    }

    [Fact]
    public async Task A_collection_that_does_not_exist_is_named_before_any_embedding_is_paid_for()
    {
        using var generator = new CountingGenerator();
        var collection = new InMemoryCollection<int, Texts>("absent", new() { EmbeddingGenerator = generator });
        var error = await Assert.ThrowsAsync<VectorStoreException>(() => collection.UpsertAsync(new Texts { Id = 1, Source = "x" }, Token));
        Assert.Contains("'absent' does not exist", error.Message, StringComparison.Ordinal);
        Assert.Equal("absent", error.CollectionName);
        await Assert.ThrowsAsync<VectorStoreException>(async () => await collection.SearchAsync("x", 1, cancellationToken: Token).ToListAsync(Token));
        Assert.Equal(0, generator.Calls);
    }

    [Fact]
    public async Task A_batch_is_embedded_in_one_call()
    {
        using var generator = new CountingGenerator();
        var collection = new InMemoryCollection<int, Texts>("texts", new() { EmbeddingGenerator = generator });
        await collection.EnsureCollectionExistsAsync(Token);
        await collection.UpsertAsync(Enumerable.Range(0, 50).Select(i => new Texts { Id = i, Source = $"text {i}" }), Token);
        Assert.Equal(1, generator.Calls);
        Assert.Equal(50, await collection.SearchAsync("text 3", 100, cancellationToken: Token).CountAsync(Token));
    }

    [Fact]
    public async Task A_cancelled_token_stops_every_operation()
    {
        var collection = await CreateAsync();
        await collection.UpsertAsync(Everything.Create(1), Token);
        using var source = new CancellationTokenSource();
        await source.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => collection.UpsertAsync(Everything.Create(2), source.Token));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => collection.GetAsync("key-1", cancellationToken: source.Token));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => collection.DeleteAsync("key-1", source.Token));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await collection.SearchAsync(Query, 1, Options(), source.Token).ToListAsync(Token));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await collection.GetAsync(_ => true, 1, cancellationToken: source.Token).ToListAsync(Token));
        Assert.NotNull(await collection.GetAsync("key-1", cancellationToken: Token));
    }

    [Fact]
    public async Task A_disposed_object_says_so_and_leaves_the_data_to_others()
    {
        var store = new InMemoryVectorStore();
        var collection = store.GetCollection<string, Everything>("things");
        await collection.EnsureCollectionExistsAsync(Token);
        await collection.UpsertAsync(Everything.Create(1), Token);
        var database = store.Database;
        store.Dispose();
        store.Dispose();
        Assert.Throws<ObjectDisposedException>(() => store.GetCollection<string, Everything>("things"));
        Assert.NotNull(await collection.GetAsync("key-1", cancellationToken: Token));
        collection.Dispose();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => collection.GetAsync("key-1", cancellationToken: Token));
        using var other = new InMemoryVectorStore(new() { Database = database });
        Assert.NotNull(await other.GetCollection<string, Everything>("things").GetAsync("key-1", cancellationToken: Token));
    }

    [Fact]
    public void Types_that_cannot_be_stored_are_refused_by_name()
    {
        Assert.Contains("TimeZoneInfo", Throws(new VectorStoreDataProperty("Zone", typeof(TimeZoneInfo))), StringComparison.Ordinal);
        Assert.Contains("UInt128", Throws(new VectorStoreDataProperty("Big", typeof(UInt128))), StringComparison.Ordinal);
        Assert.Contains("full-text", Throws(new VectorStoreDataProperty("Number", typeof(int)) { IsFullTextIndexed = true }), StringComparison.Ordinal);
        Assert.Contains("SomethingElse", Throws(new VectorStoreVectorProperty("Vector", typeof(float[]), 3) { DistanceFunction = "SomethingElse" }), StringComparison.Ordinal);
        var key = Assert.Throws<NotSupportedException>(() => Dynamic(new VectorStoreKeyProperty("Key", typeof(UInt128))));
        Assert.Contains(KeyIndex.Supported, key.Message, StringComparison.Ordinal);
        Assert.Throws<InvalidOperationException>(() => Dynamic(new VectorStoreKeyProperty("Key", typeof(int)), new VectorStoreVectorProperty("Vector", typeof(string), 3)));

        static string Throws(VectorStoreProperty property) =>
            Assert.Throws<NotSupportedException>(() => Dynamic(new VectorStoreKeyProperty("Key", typeof(int)), property)).Message;
        static InMemoryDynamicCollection Dynamic(params VectorStoreProperty[] properties) =>
            new("x", new() { Definition = new VectorStoreCollectionDefinition { Properties = [.. properties] } });
    }

    [Fact]
    public async Task An_unknown_property_of_a_definition_is_named()
    {
        var definition = new VectorStoreCollectionDefinition { Properties = [new VectorStoreKeyProperty("Id", typeof(int)), new VectorStoreDataProperty("Nothing", typeof(string))] };
        using var store = new InMemoryVectorStore();
        // The builder reads a class by its own properties, so a definition cannot add one; a filter over it is refused by name.
        var collection = store.GetDynamicCollection("dynamic", definition);
        await collection.EnsureCollectionExistsAsync(Token);
        var error = await Assert.ThrowsAsync<InvalidOperationException>(async () => await collection.GetAsync(r => (string)r["Other"]! == "x", 1, cancellationToken: Token).ToListAsync(Token));
        Assert.Contains("'Other'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Arguments_are_checked_by_name()
    {
        var collection = await CreateAsync();
        Assert.Throws<ArgumentOutOfRangeException>("top", () => { collection.SearchAsync(Query, 0, cancellationToken: Token); });
        Assert.Throws<ArgumentNullException>("searchValue", () => { collection.SearchAsync<string>(null!, 1, cancellationToken: Token); });
        Assert.Throws<ArgumentNullException>("keywords", () => { collection.HybridSearchWithLegsAsync(Query, null!, 1, cancellationToken: Token); });
        await Assert.ThrowsAsync<ArgumentNullException>("record", () => collection.UpsertAsync((Everything)null!, Token));
        await Assert.ThrowsAsync<ArgumentException>(() => collection.UpsertAsync([null!], Token));
        await Assert.ThrowsAsync<ArgumentException>(() => collection.UpsertAsync(new Everything { Key = null!, Vector = new float[4] }, Token));
        Assert.Throws<ArgumentOutOfRangeException>(() => new InMemoryVectorStore(new() { MaxSearchThreads = 0 }));
        Assert.Throws<ArgumentException>(() => new InMemoryCollection<string, Everything>(" "));
        Assert.Throws<NotSupportedException>(() => new InMemoryCollection<string, Dictionary<string, object?>>("x"));
    }

    [Fact]
    public async Task A_search_value_that_nobody_can_embed_is_refused()
    {
        var bare = new InMemoryCollection<int, Strict>("strict");
        await bare.EnsureCollectionExistsAsync(Token);
        var none = await Assert.ThrowsAsync<NotSupportedException>(async () => await bare.SearchAsync("text", 1, cancellationToken: Token).ToListAsync(Token));
        Assert.Contains("no embedding generator was configured", none.Message, StringComparison.Ordinal);
        using var generator = new CountingGenerator();
        var texts = new InMemoryCollection<int, Texts>("texts", new() { EmbeddingGenerator = generator });
        await texts.EnsureCollectionExistsAsync(Token);
        var wrong = await Assert.ThrowsAsync<InvalidOperationException>(async () => await texts.SearchAsync(8, 1, cancellationToken: Token).ToListAsync(Token));
        Assert.Contains("incompatible embedding generator", wrong.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Vectors_that_were_generated_cannot_be_included()
    {
        using var generator = new CountingGenerator();
        var texts = new InMemoryCollection<int, Texts>("texts", new() { EmbeddingGenerator = generator });
        await texts.EnsureCollectionExistsAsync(Token);
        await texts.UpsertAsync(new Texts { Id = 1, Source = "x" }, Token);
        await Assert.ThrowsAsync<NotSupportedException>(async () => await texts.GetAsync(1, new() { IncludeVectors = true }, Token));
        await Assert.ThrowsAsync<NotSupportedException>(async () => await texts.GetAsync([1], new() { IncludeVectors = true }, Token).ToListAsync(Token));
        await Assert.ThrowsAsync<NotSupportedException>(async () => await texts.SearchAsync("x", 1, new() { IncludeVectors = true }, Token).ToListAsync(Token));
        Assert.Equal("", (await texts.GetAsync(1, cancellationToken: Token))!.Source);
    }

    [Fact]
    public async Task A_choice_among_several_properties_must_be_made()
    {
        var collection = await CreateAsync();
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await collection.SearchAsync(Query, 1, cancellationToken: Token).ToListAsync(Token));
        await Assert.ThrowsAsync<InvalidOperationException>(async () =>
            await collection.HybridSearchAsync(Query, ["x"], 1, new() { VectorProperty = r => r.Vector, AdditionalProperty = r => r.Key }, Token).ToListAsync(Token));
        Assert.Throws<InvalidOperationException>(() => new InMemoryCollection<Guid, Everything>("x"));
    }

    [Fact]
    public async Task NaN_never_ranks_and_a_zero_vector_has_cosine_zero()
    {
        var collection = await CreateAsync();
        foreach (var (i, vector) in new float[][] { [1, 0, 0, 0], [float.NaN, 0, 0, 0], [0, 0, 0, 0], [float.PositiveInfinity, 1, 1, 1], [-1, 0, 0, 0] }.Index())
            await collection.UpsertAsync(new Everything { Key = $"{i}", Vector = vector }, Token);
        var hits = await collection.SearchAsync(new float[] { 1, 0, 0, 0 }, 10, Options(), Token).ToListAsync(Token);
        Assert.Equal([("0", 1d), ("2", 0d), ("4", -1d)], hits.Select(h => (h.Record.Key, h.Score!.Value)));
        var zero = await collection.SearchAsync(new float[4], 10, Options(), Token).ToListAsync(Token);
        Assert.All(zero, h => Assert.Equal(0, h.Score));
    }

    private static VectorSearchOptions<Everything> Options() => new() { VectorProperty = r => r.Vector };

    private static async Task<InMemoryCollection<string, Everything>> CreateAsync()
    {
        var collection = new InMemoryCollection<string, Everything>("things");
        await collection.EnsureCollectionExistsAsync(Token);
        return collection;
    }

    public sealed class Strict
    {
        [VectorStoreKey]
        public int Id { get; set; }

        [VectorStoreVector(2)]
        public float[] Vector { get; set; } = [];
    }

    public sealed class Texts
    {
        [VectorStoreKey]
        public int Id { get; set; }

        [VectorStoreVector(2)]
        public string Source { get; set; } = "";
    }

    internal sealed class CountingGenerator : IEmbeddingGenerator<string, Embedding<float>>
    {
        public int Calls { get; private set; }

        public Task<GeneratedEmbeddings<Embedding<float>>> GenerateAsync(IEnumerable<string> values, EmbeddingGenerationOptions? options = null, CancellationToken cancellationToken = default)
        {
            Calls++;
            return Task.FromResult(new GeneratedEmbeddings<Embedding<float>>(values.Select(v => new Embedding<float>(new float[] { v.Length, 1 }))));
        }

        public object? GetService(Type serviceType, object? serviceKey = null) => null;

        public void Dispose()
        {
        }
    }
}
