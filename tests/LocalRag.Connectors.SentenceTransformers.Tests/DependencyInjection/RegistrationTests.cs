using LocalRag.Connectors.SentenceTransformers.Tests.Goldens;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.SemanticKernel;
#pragma warning disable CS0618
using Microsoft.SemanticKernel.Embeddings;

namespace LocalRag.Connectors.SentenceTransformers.Tests.DependencyInjection;

public sealed class RegistrationTests
{
    [Fact]
    public void One_call_registers_all_interfaces_over_one_model()
    {
        BiEncoder encoder;
        using (var provider = new ServiceCollection().AddSentenceTransformerEmbeddingGenerator(GoldenModels.Golden("bert-prompts-included")).BuildServiceProvider())
        {
            var generator = provider.GetRequiredService<IEmbeddingGenerator<string, Embedding<float>>>();
            Assert.Same(generator, provider.GetRequiredService<IEmbeddingGenerator>());
            Assert.Same(generator, provider.GetRequiredService<ITextEmbeddingGenerationService>());
            var query = provider.GetRequiredKeyedService<IEmbeddingGenerator<string, Embedding<float>>>("query");
            encoder = provider.GetRequiredService<BiEncoder>();
            Assert.Same(encoder, generator.GetService(typeof(BiEncoder)));
            Assert.Same(encoder, query.GetService(typeof(BiEncoder)));
            Assert.NotSame(generator, query);
        }

        Assert.Throws<ObjectDisposedException>(() => encoder.Encode("text"));
    }

    [Fact]
    public void Registering_opens_nothing_and_a_bad_path_fails_on_first_use_saying_where_it_looked()
    {
        using var provider = new ServiceCollection().AddSentenceTransformerEmbeddingGenerator("./no/such/model").AddCrossEncoderReranker("./no/such/reranker").BuildServiceProvider();
        Assert.Contains("no/such/model", Assert.Throws<DirectoryNotFoundException>(provider.GetRequiredService<IEmbeddingGenerator<string, Embedding<float>>>).Message, StringComparison.Ordinal);
        Assert.Contains("no/such/reranker", Assert.Throws<DirectoryNotFoundException>(provider.GetRequiredService<IReranker>).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Two_models_live_side_by_side_under_keys()
    {
        using var provider = new ServiceCollection()
            .AddSentenceTransformerEmbeddingGenerator(GoldenModels.Golden("bert-mean"), serviceKey: "a")
            .AddSentenceTransformerEmbeddingGenerator(GoldenModels.Golden("bert-max"), options => options.Dimensions = 4, "b")
            .BuildServiceProvider();
        Assert.Equal("bert-mean", Metadata(provider, "a").DefaultModelId);
        Assert.Equal(("bert-max", 4), (Metadata(provider, "b").DefaultModelId, Metadata(provider, "b:query").DefaultModelDimensions));
        Assert.Null(provider.GetService<IEmbeddingGenerator<string, Embedding<float>>>());
    }

    [Fact]
    public async Task A_kernel_finds_generator_and_reranker()
    {
        var builder = Kernel.CreateBuilder().AddSentenceTransformerEmbeddingGenerator(GoldenModels.MiniBi).AddCrossEncoderReranker(GoldenModels.MiniCe);
        using var provider = builder.Services.BuildServiceProvider();
        var kernel = new Kernel(provider);
        var vectors = await kernel.GetRequiredService<ITextEmbeddingGenerationService>().GenerateEmbeddingsAsync(["text"], kernel, TestContext.Current.CancellationToken);
        Assert.Equal(256, vectors[0].Length);
        var ranked = await kernel.GetRequiredService<IReranker>().RerankAsync(
            "Where is the bicycle parked?", ["Soup is cooked for an hour.", "The bicycle is parked behind the house."], cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(1, ranked[0].Index);
    }

    private static EmbeddingGeneratorMetadata Metadata(IServiceProvider provider, string key) =>
        (EmbeddingGeneratorMetadata)provider.GetRequiredKeyedService<IEmbeddingGenerator>(key).GetService(typeof(EmbeddingGeneratorMetadata))!;
}
