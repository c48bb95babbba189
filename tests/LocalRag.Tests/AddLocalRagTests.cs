using LocalRag.Connectors.InMemory;
using LocalRag.Connectors.SentenceTransformers;
using LocalRag.Plugins.Retrieval;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.VectorData;
using Microsoft.SemanticKernel;

namespace LocalRag.Tests;

public sealed class AddLocalRagTests
{
    private static readonly ServiceProviderOptions Strict = new() { ValidateOnBuild = true, ValidateScopes = true };

    [Fact]
    public async Task One_call_embeds_stores_searches_and_reranks()
    {
        await using var provider = new ServiceCollection().AddLocalRag().BuildServiceProvider(Strict);
        var collection = provider.GetRequiredService<VectorStoreCollection<string, Passage>>();
        await collection.EnsureCollectionExistsAsync();
        await collection.UpsertAsync(
        [
            new Passage { Id = "1", DocumentId = "a", Ordinal = 0, Text = "The library opens at nine on weekdays." },
            new Passage { Id = "2", DocumentId = "a", Ordinal = 1, Text = "Books can be renewed twice, unless another reader waits for them." },
            new Passage { Id = "3", DocumentId = "b", Ordinal = 0, Text = "The cafe in the hall sells soup, sandwiches and coffee." },
        ]);

        var result = await provider.GetRequiredService<Retriever<Passage>>().RetrieveAsync("How often can I renew a book?", new() { Neighbours = 1 });

        var best = result.Hits[0];
        Assert.Equal("2", best.Record.Id);
        Assert.Equal((true, true), (result.Hybrid, result.Reranked));
        Assert.NotNull(best.Vector);
        Assert.NotNull(best.Keyword);
        Assert.InRange(best.Rerank!.Value.Score!.Value, 0, 1);
        Assert.Equal("1", Assert.Single(best.Neighbours).Id);
        Assert.True(result.Timings.Embed > TimeSpan.Zero && result.Timings.Rerank > TimeSpan.Zero);
    }

    [Fact]
    public async Task Registering_and_building_opens_nothing()
    {
        await using var provider = new ServiceCollection()
            .AddLocalRag(o => o.EmbeddingModel = o.RerankerModel = "nobody/has-this-model")
            .BuildServiceProvider(Strict);
        Assert.NotNull(provider.GetRequiredService<IFunctionInvocationFilter>());
        Assert.Single(provider.GetServices<IFunctionInvocationFilter>());
    }

    [Fact]
    public async Task A_kernel_builder_takes_it_too_and_all_services_come_from_one_model()
    {
        var kernel = Kernel.CreateBuilder().AddLocalRag().Build();
        var services = kernel.Services;

        Assert.IsType<InMemoryVectorStore>(services.GetRequiredService<VectorStore>());
        Assert.IsType<RerankingFunctionFilter>(Assert.Single(kernel.FunctionInvocationFilters));
        Assert.Same(services.GetRequiredService<IEmbeddingGenerator<string, Embedding<float>>>(), services.GetRequiredService<IEmbeddingGenerator>());
        Assert.NotNull(services.GetRequiredKeyedService<IEmbeddingGenerator<string, Embedding<float>>>("query"));
        Assert.NotNull(services.GetRequiredService<IReranker>());
        await ((IAsyncDisposable)services).DisposeAsync();
    }

    [Fact]
    public async Task The_container_disposes_the_models_once_and_later_calls_say_so()
    {
        var provider = new ServiceCollection().AddLocalRag().BuildServiceProvider(Strict);
        var reranker = provider.GetRequiredService<IReranker>();
        var generator = provider.GetRequiredService<IEmbeddingGenerator<string, Embedding<float>>>();
        await reranker.RerankAsync("q", ["d"]);
        await generator.GenerateAsync(["t"]);

        await provider.DisposeAsync();

        await Assert.ThrowsAsync<ObjectDisposedException>(() => reranker.RerankAsync("q", ["d"]));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => generator.GenerateAsync(["t"]));
        reranker.Dispose();
        generator.Dispose();
    }

    [Fact]
    public async Task What_is_registered_before_is_kept()
    {
        using var own = new FixedReranker();
        await using var provider = new ServiceCollection().AddSingleton<IReranker>(_ => own).AddLocalRag().BuildServiceProvider(Strict);
        Assert.Same(own, provider.GetRequiredService<IReranker>());
        Assert.Null(provider.GetService<CrossEncoder>());
    }

    [Fact]
    public async Task What_is_registered_afterwards_wins()
    {
        using var own = new FixedReranker();
        await using var provider = new ServiceCollection().AddLocalRag().AddSingleton<IReranker>(_ => own).BuildServiceProvider(Strict);
        Assert.Same(own, provider.GetRequiredService<IReranker>());
    }

    [Fact]
    public async Task Models_stand_side_by_side_under_keys()
    {
        await using var provider = new ServiceCollection()
            .AddLocalRag()
            .AddCrossEncoderReranker(Models.Mini.MiniModels.CrossEncoderDirectory, o => o.Activation = ActivationFunction.Identity, serviceKey: "logits")
            .BuildServiceProvider(Strict);

        var plain = await provider.GetRequiredService<IReranker>().RerankAsync("soup", ["The cafe sells soup."]);
        var keyed = await provider.GetRequiredKeyedService<IReranker>("logits").RerankAsync("soup", ["The cafe sells soup."]);
        Assert.Equal(plain[0].Score, 1 / (1 + MathF.Exp(-keyed[0].Score)), 5);
    }

    [Fact]
    public async Task Calling_it_twice_adds_settings_and_no_second_model()
    {
        await using var provider = new ServiceCollection().AddLocalRag(o => o.Top = 3).AddLocalRag(o => o.Candidates = 7).BuildServiceProvider(Strict);
        Assert.Single(provider.GetServices<IReranker>());
        Assert.Single(provider.GetServices<IFunctionInvocationFilter>());
        var filter = provider.GetRequiredService<IOptions<RerankingFilterOptions>>().Value;
        Assert.Equal((3, 7), (filter.Top, filter.Candidates));
    }

    [Fact]
    public async Task Settings_come_from_configuration()
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Rag:EmbeddingModel"] = "mini",
            ["Rag:Device"] = "cpu",
            ["Rag:Candidates"] = "12",
            ["Rag:Top"] = "4",
            ["Rag:RerankWeight"] = "1.5",
            ["Rag:RerankerOnly"] = "true",
            ["Rag:ScoreThreshold"] = "0.25",
            ["Rag:Timeout"] = "00:00:07",
            ["Rag:OnFailure"] = "KeepOrder",
            ["Rag:Collection"] = "docs",
        }).Build();
        await using var provider = new ServiceCollection().AddLocalRag(configuration.GetSection("Rag")).BuildServiceProvider(Strict);

        foreach (RerankingOptions options in new RerankingOptions[]
        {
            provider.GetRequiredService<IOptions<LocalRagOptions>>().Value,
            provider.GetRequiredService<IOptions<RerankingFilterOptions>>().Value,
            provider.GetRequiredService<IOptions<RetrieverOptions<Passage>>>().Value,
        })
        {
            Assert.Equal(
                (12, 4, 1.5, true, 0.25f, TimeSpan.FromSeconds(7), RerankFailureMode.KeepOrder),
                (options.Candidates, options.Top, options.RerankWeight, options.RerankerOnly, options.ScoreThreshold, options.Timeout, options.OnFailure));
        }

        Assert.Equal("docs", provider.GetRequiredService<VectorStoreCollection<string, Passage>>().Name);
    }

    [Fact]
    public async Task A_host_starts_with_all_problems_or_not_at_all()
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddLocalRag(o =>
        {
            o.EmbeddingModel = "./no/such/model";
            o.RerankerModel = "";
            o.Device = "gpu";
            o.Candidates = 0;
        });
        using var host = builder.Build();

        var e = await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync());
        Assert.Equal(4, e.Failures.Count());
        Assert.Contains(e.Failures, f => f.Contains("./no/such/model", StringComparison.Ordinal));
        Assert.Contains(e.Failures, f => f.Contains("Device must be auto, cpu, cuda or cuda:n, but is 'gpu'", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("mini", true)]
    [InlineData("MINI", true)]
    [InlineData("sentence-transformers/all-MiniLM-L6-v2", true)]
    [InlineData("./models/mine", false)]
    [InlineData("no-models/", false)]
    [InlineData("mine", false)]
    [InlineData("a/b/c", false)]
    [InlineData(" ", false)]
    public void A_model_is_the_embedded_one_a_directory_or_a_name_on_the_hub(string setting, bool good) =>
        Assert.Equal(good, ModelSource.Problem("EmbeddingModel", setting) is null);

    [Theory]
    [InlineData("auto", true)]
    [InlineData("cuda:1", true)]
    [InlineData("cuda:", false)]
    [InlineData("CPU", false)]
    public void A_device_is_one_of_those_the_loader_knows(string device, bool good) =>
        Assert.Equal(good, !new LocalRagOptions { Device = device }.Problems().Any());

    private sealed class FixedReranker : IReranker
    {
        public Task<IReadOnlyList<RerankResult>> RerankAsync(string query, IReadOnlyList<string> documents, RerankOptions? options = null, CancellationToken cancellationToken = default) =>
            Task.FromResult<IReadOnlyList<RerankResult>>([.. documents.Select((_, i) => new RerankResult(i, 0))]);

        public object? GetService(Type serviceType, object? serviceKey = null) => null;

        public void Dispose()
        {
        }
    }
}
