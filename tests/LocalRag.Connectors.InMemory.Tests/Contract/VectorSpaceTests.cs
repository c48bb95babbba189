using Microsoft.Extensions.AI;
using Microsoft.Extensions.VectorData;

namespace LocalRag.Connectors.InMemory.Tests.Contract;

public class VectorSpaceTests
{
    private static readonly CancellationToken Token = TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_query_or_record_of_another_space_is_refused_with_both_names_also_after_loading()
    {
        var database = new InMemoryDatabase();
        await using var stream = new MemoryStream();
        using (var store = new InMemoryVectorStore(new() { Database = database, EmbeddingGenerator = new Generator("space-a") }))
        {
            var collection = store.GetCollection<int, FaultTests.Texts>("texts");
            await collection.EnsureCollectionExistsAsync(Token);
            await collection.UpsertAsync(new FaultTests.Texts { Id = 1, Source = "one" }, Token);
            await store.SaveAsync(stream, Token);
        }

        stream.Position = 0;
        using var loaded = new InMemoryVectorStore(new() { EmbeddingGenerator = new Generator("space-b") });
        await loaded.LoadAsync(stream, cancellationToken: Token);
        using var shared = new InMemoryVectorStore(new() { Database = database, EmbeddingGenerator = new Generator("space-b") });
        foreach (var store in new[] { loaded, shared })
        {
            var collection = store.GetCollection<int, FaultTests.Texts>("texts");
            var query = await Assert.ThrowsAsync<InvalidOperationException>(async () => await collection.SearchAsync("one", 1, cancellationToken: Token).ToListAsync(Token));
            Assert.Contains("'space-a'", query.Message, StringComparison.Ordinal);
            Assert.Contains("'space-b'", query.Message, StringComparison.Ordinal);
            await Assert.ThrowsAsync<InvalidOperationException>(() => collection.UpsertAsync(new FaultTests.Texts { Id = 2, Source = "two" }, Token));
            Assert.Null(await collection.GetAsync(2, cancellationToken: Token));
        }
    }

    [Fact]
    public async Task Bare_vectors_carry_the_space_of_the_option()
    {
        var database = new InMemoryDatabase();
        var first = Open("a");
        await first.EnsureCollectionExistsAsync(Token);
        await first.UpsertAsync(new FaultTests.Strict { Id = 1, Vector = [1, 2] }, Token);
        Assert.Single(await Open("a").SearchAsync(new float[] { 1, 2 }, 1, cancellationToken: Token).ToListAsync(Token));
        Assert.Single(await Open(null).SearchAsync(new float[] { 1, 2 }, 1, cancellationToken: Token).ToListAsync(Token));
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await Open("b").SearchAsync(new float[] { 1, 2 }, 1, cancellationToken: Token).ToListAsync(Token));

        InMemoryCollection<int, FaultTests.Strict> Open(string? space) =>
            new("strict", new() { Database = database, VectorSpace = space is null ? null : new VectorSpace(space) });
    }

    [Fact]
    public async Task Search_values_go_to_the_query_generator_and_records_to_the_other()
    {
        var documents = new Generator("s", offset: 0);
        var queries = new Generator("s", offset: 5);
        using var store = new InMemoryVectorStore(new() { EmbeddingGenerator = documents, QueryEmbeddingGenerator = queries });
        var collection = store.GetCollection<int, FaultTests.Texts>("texts");
        await collection.EnsureCollectionExistsAsync(Token);
        await collection.UpsertAsync([new FaultTests.Texts { Id = 1, Source = "abcdefg" }, new FaultTests.Texts { Id = 2, Source = "ab" }], Token);
        // "ab" + 5 has the length of "abcdefg" for the query generator.
        var hit = await collection.SearchAsync("ab", 1, cancellationToken: Token).SingleAsync(Token);
        Assert.Equal(1, hit.Record.Id);
        var same = await collection.SearchAsync(new float[] { 7, 1 }, 1, cancellationToken: Token).SingleAsync(Token);
        Assert.Equal((same.Record.Id, same.Score), (hit.Record.Id, hit.Score));
        Assert.Equal((1, 1), (documents.Calls, queries.Calls));
    }

    [Fact]
    public async Task A_definition_with_a_generator_of_its_own_keeps_it_for_queries()
    {
        var own = new Generator("own");
        using var store = new InMemoryVectorStore(new() { EmbeddingGenerator = new Generator("s"), QueryEmbeddingGenerator = new Generator("s", 5) });
        var definition = new VectorStoreCollectionDefinition
        {
            EmbeddingGenerator = own,
            Properties = [new VectorStoreKeyProperty("Id", typeof(int)), new VectorStoreVectorProperty("Source", typeof(string), 2)],
        };
        foreach (var dynamic in new[] { false, true })
        {
            var before = own.Calls;
            if (dynamic)
            {
                var collection = store.GetDynamicCollection("texts", definition);
                await collection.UpsertAsync(new Dictionary<string, object?> { ["Id"] = 2, ["Source"] = "x" }, Token);
                await collection.SearchAsync("x", 1, cancellationToken: Token).ToListAsync(Token);
            }
            else
            {
                var collection = store.GetCollection<int, FaultTests.Texts>("texts", definition);
                await collection.EnsureCollectionExistsAsync(Token);
                await collection.UpsertAsync(new FaultTests.Texts { Id = 1, Source = "x" }, Token);
                await collection.SearchAsync("x", 1, cancellationToken: Token).ToListAsync(Token);
            }

            Assert.Equal(before + 2, own.Calls);
        }
    }

    internal sealed class Generator(string space, int offset = 0) : IEmbeddingGenerator<string, Embedding<float>>
    {
        public int Calls { get; private set; }

        public Task<GeneratedEmbeddings<Embedding<float>>> GenerateAsync(IEnumerable<string> values, EmbeddingGenerationOptions? options = null, CancellationToken cancellationToken = default)
        {
            Calls++;
            return Task.FromResult(new GeneratedEmbeddings<Embedding<float>>(values.Select(v => new Embedding<float>(new float[] { v.Length + offset, 1 }))));
        }

        public object? GetService(Type serviceType, object? serviceKey = null) => serviceType == typeof(VectorSpace) ? new VectorSpace(space) : null;

        public void Dispose()
        {
        }
    }
}
