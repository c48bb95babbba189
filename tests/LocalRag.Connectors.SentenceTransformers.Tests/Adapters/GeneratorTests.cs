using LocalRag.Connectors.SentenceTransformers.Tests.Goldens;
using Microsoft.Extensions.AI;
#pragma warning disable CS0618
using Microsoft.SemanticKernel.Embeddings;

namespace LocalRag.Connectors.SentenceTransformers.Tests.Adapters;

public sealed class GeneratorTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_generator_tells_the_truth_about_itself()
    {
        using var encoder = BiEncoder.Load(GoldenModels.Golden("bert-mean-normalize"));
        using var generator = encoder.AsEmbeddingGenerator();
        var metadata = Assert.IsType<EmbeddingGeneratorMetadata>(generator.GetService(typeof(EmbeddingGeneratorMetadata)));
        Assert.Equal(("bert-mean-normalize", 32), (metadata.DefaultModelId, metadata.DefaultModelDimensions));
        Assert.Equal(encoder.VectorSpace, generator.GetService(typeof(VectorSpace)));
        Assert.Same(encoder, generator.GetService(typeof(BiEncoder)));
        Assert.Same(generator, generator.GetService(typeof(ITextEmbeddingGenerationService)));
        Assert.Null(generator.GetService(typeof(BiEncoder), "key"));
        Assert.Null(generator.GetService(typeof(string)));

        var result = await generator.GenerateAsync(["one", "two words"], cancellationToken: Token);
        Assert.Equal(encoder.CountTokens("one") + encoder.CountTokens("two words"), result.Usage!.InputTokenCount);
        Assert.Equal(result.Usage.InputTokenCount, result.Usage.TotalTokenCount);
        Assert.All(result, embedding => Assert.Equal("bert-mean-normalize", embedding.ModelId));
        Assert.Equal(encoder.Encode(["one", "two words"]), result.Select(embedding => embedding.Vector.ToArray()));
    }

    [Fact]
    public async Task Lazy_values_are_walked_once()
    {
        using var encoder = BiEncoder.Load(GoldenModels.Golden("bert-mean"));
        var walked = 0;
        IEnumerable<string> Values()
        {
            walked++;
            yield return "text";
        }

        Assert.Single(await encoder.AsEmbeddingGenerator().GenerateAsync(Values(), cancellationToken: Token));
        Assert.Equal(1, walked);
    }

    [Fact]
    public async Task Questions_and_passages_get_their_own_prompts()
    {
        using var encoder = BiEncoder.Load(GoldenModels.Golden("bert-prompts-excluded"));
        var query = await encoder.AsEmbeddingGenerator(EmbeddingRole.Query).GenerateAsync(["text"], cancellationToken: Token);
        var document = await encoder.AsEmbeddingGenerator().GenerateAsync(["text"], cancellationToken: Token);
        Assert.Equal(encoder.EncodeQuery("text"), query[0].Vector.ToArray());
        Assert.Equal(encoder.EncodeDocument(["text"])[0], document[0].Vector.ToArray());
        Assert.NotEqual(query[0].Vector.ToArray(), document[0].Vector.ToArray());
        var named = new EmbeddingGenerationOptions { AdditionalProperties = new() { ["prompt_name"] = "query" } };
        Assert.Equal(query[0].Vector.ToArray(), (await encoder.AsEmbeddingGenerator().GenerateAsync(["text"], named, Token))[0].Vector.ToArray());
    }

    [Fact]
    public async Task Fewer_dimensions_are_scaled_to_length_one_again()
    {
        using var encoder = BiEncoder.Load(GoldenModels.Golden("bert-mean-normalize"));
        using var small = BiEncoder.Load(GoldenModels.Golden("bert-mean-normalize"), new() { Dimensions = 8 });
        var result = await encoder.AsEmbeddingGenerator().GenerateAsync(["text"], new() { Dimensions = 8 }, Token);
        Assert.Equal(1f, result[0].Vector.ToArray().Sum(value => value * value), 1e-5f);
        GoldenModels.AssertClose(small.Encode("text"), result[0].Vector.ToArray(), 1e-6, "8 dimensions");
        var plain = encoder.Encode("text", new() { Dimensions = 8 });
        Assert.Equal(encoder.Encode("text")[..8], plain);
        Assert.Equal(32, encoder.Encode("text", new() { Dimensions = 1000 }).Length);
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => encoder.AsEmbeddingGenerator().GenerateAsync(["text"], new() { Dimensions = 33 }, Token));
        await Assert.ThrowsAsync<ArgumentException>(() => encoder.AsEmbeddingGenerator().GenerateAsync(["text"], new() { ModelId = "other" }, Token));
        Assert.Throws<ArgumentOutOfRangeException>(() => BiEncoder.Load(GoldenModels.Golden("bert-mean"), new() { Dimensions = 33 }));
    }

    [Fact]
    public async Task A_truncated_text_is_marked()
    {
        using var encoder = BiEncoder.Load(GoldenModels.Golden("bert-mean"));
        var result = await encoder.AsEmbeddingGenerator().GenerateAsync([string.Join(' ', Enumerable.Repeat("word", 100)), "short"], cancellationToken: Token);
        Assert.Equal(true, result[0].AdditionalProperties!["truncated"]);
        Assert.Null(result[1].AdditionalProperties);
        Assert.True(result.Usage!.InputTokenCount <= 64 + 64);
    }

    [Fact]
    public async Task A_reranker_orders_cuts_and_describes_itself()
    {
        using var encoder = CrossEncoder.Load(GoldenModels.Golden("ce-bert-1"));
        using var reranker = encoder.AsReranker();
        string[] documents = ["one", "two", "three", "two", "five"];
        var ranked = encoder.Rank("query", documents);
        var all = await reranker.RerankAsync("query", documents, cancellationToken: Token);
        Assert.Equal(ranked.Select(hit => (hit.CorpusId, hit.Score)), all.Select(hit => (hit.Index, hit.Score)));
        Assert.Equal(all.Take(2), await reranker.RerankAsync("query", documents, new() { TopK = 2 }, Token));
        Assert.Equal(all.Where(hit => hit.Score >= all[2].Score), await reranker.RerankAsync("query", documents, new() { ScoreThreshold = all[2].Score }, Token));
        Assert.Empty(await reranker.RerankAsync("query", [], cancellationToken: Token));
        Assert.Equal(("ce-bert-1", 64), (((RerankerMetadata)reranker.GetService(typeof(RerankerMetadata))!).DefaultModelId, ((RerankerMetadata)reranker.GetService(typeof(RerankerMetadata))!).MaxTokens));
        await Assert.ThrowsAsync<ArgumentNullException>("documents", () => reranker.RerankAsync("query", [null!], cancellationToken: Token));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => reranker.RerankAsync("query", documents, new() { TopK = 0 }, Token));
    }

    [Fact]
    public void A_model_of_three_labels_is_no_reranker()
    {
        using var encoder = CrossEncoder.Load(GoldenModels.Golden("ce-bert-3"));
        Assert.Contains("entailment", Assert.Throws<InvalidOperationException>(encoder.AsReranker).Message, StringComparison.Ordinal);
    }
}
