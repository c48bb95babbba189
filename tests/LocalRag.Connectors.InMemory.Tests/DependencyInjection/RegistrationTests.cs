using LocalRag.Connectors.InMemory.Tests.Contract;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.VectorData;

namespace LocalRag.Connectors.InMemory.Tests.DependencyInjection;

public class RegistrationTests
{
    private static readonly CancellationToken Token = TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(ServiceLifetime.Singleton, null)]
    [InlineData(ServiceLifetime.Scoped, null)]
    [InlineData(ServiceLifetime.Transient, "key")]
    public async Task Store_and_collections_of_a_container_share_their_data(ServiceLifetime lifetime, object? key)
    {
        var services = new ServiceCollection();
        services.AddKeyedInMemoryVectorStore(key, lifetime: lifetime);
        services.AddKeyedInMemoryCollection<string, Everything>(key, "things", lifetime: lifetime);
        await using var provider = services.BuildServiceProvider();
        await using var scope = provider.CreateAsyncScope();
        var collection = Get<VectorStoreCollection<string, Everything>>();
        await collection.EnsureCollectionExistsAsync(Token);
        Assert.True(await Get<VectorStore>().CollectionExistsAsync("things", Token));
        Assert.IsType<InMemoryVectorStore>(Get<VectorStore>());
        Assert.NotNull(Get<IVectorSearchable<Everything>>());
        Assert.NotNull(Get<IKeywordHybridSearchable<Everything>>());

        T Get<T>()
            where T : notnull => key is null ? scope.ServiceProvider.GetRequiredService<T>() : scope.ServiceProvider.GetRequiredKeyedService<T>(key);
    }

    [Fact]
    public void Nothing_is_created_before_it_is_resolved_and_containers_do_not_share()
    {
        var created = 0;
        var options = new InMemoryVectorStoreOptions();
        var services = new ServiceCollection();
        services.AddSingleton<IEmbeddingGenerator>(_ => { created++; return new VectorSpaceTests.Generator("s"); });
        services.AddInMemoryVectorStore(options);
        Assert.Equal(0, created);
        using var first = services.BuildServiceProvider();
        using var second = services.BuildServiceProvider();
        Assert.NotSame(first.GetRequiredService<InMemoryVectorStore>().Database, second.GetRequiredService<InMemoryVectorStore>().Database);
        Assert.Equal(2, created);
        Assert.Null(options.EmbeddingGenerator);
        Assert.Null(options.Database);
    }

    [Fact]
    public async Task The_generator_under_the_key_query_serves_searches()
    {
        var queries = new VectorSpaceTests.Generator("s", 5);
        var services = new ServiceCollection();
        services.AddSingleton<IEmbeddingGenerator>(new VectorSpaceTests.Generator("s"));
        services.AddKeyedSingleton<IEmbeddingGenerator<string, Embedding<float>>>("query", queries);
        services.AddInMemoryVectorStore();
        services.AddInMemoryCollection<int, FaultTests.Texts>("texts");
        await using var provider = services.BuildServiceProvider();
        var collection = provider.GetRequiredService<InMemoryCollection<int, FaultTests.Texts>>();
        await collection.EnsureCollectionExistsAsync(Token);
        await collection.UpsertAsync([new() { Id = 1, Source = "abcdefg" }, new() { Id = 2, Source = "ab" }], Token);
        Assert.Equal(1, (await collection.SearchAsync("ab", 1, cancellationToken: Token).SingleAsync(Token)).Record.Id);
        var fromStore = provider.GetRequiredService<VectorStore>().GetCollection<int, FaultTests.Texts>("texts");
        Assert.Equal(1, (await fromStore.SearchAsync("ab", 1, cancellationToken: Token).SingleAsync(Token)).Record.Id);
        Assert.Equal(2, queries.Calls);
    }

    [Fact]
    public void A_kernel_builder_registers_the_same()
    {
        var builder = new Builder();
        builder.AddInMemoryVectorStore().AddInMemoryCollection<string, Everything>("things", serviceKey: "k");
        using var provider = builder.Services.BuildServiceProvider();
        Assert.NotNull(provider.GetRequiredService<VectorStore>());
        Assert.NotNull(provider.GetRequiredKeyedService<IVectorSearchable<Everything>>("k"));
    }

    private sealed class Builder : Microsoft.SemanticKernel.IKernelBuilder
    {
        public IServiceCollection Services { get; } = new ServiceCollection();

        public Microsoft.SemanticKernel.IKernelBuilderPlugins Plugins => throw new NotSupportedException();
    }

    [Fact]
    public void Arguments_are_checked_when_registering()
    {
        Assert.Throws<ArgumentNullException>("services", () => InMemoryServiceCollectionExtensions.AddInMemoryVectorStore(null!));
        Assert.Throws<ArgumentNullException>("builder", () => InMemoryKernelBuilderExtensions.AddInMemoryVectorStore(null!));
        Assert.Throws<ArgumentException>("name", () => new ServiceCollection().AddInMemoryCollection<string, Everything>(""));
        Assert.Throws<ArgumentNullException>("name", () => new ServiceCollection().AddInMemoryCollection<string, Everything>(null!));
    }
}
