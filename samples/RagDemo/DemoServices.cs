using LocalRag;
using LocalRag.Models.Mini;
using LocalRag.Plugins.Ingestion;
using LocalRag.Plugins.Retrieval;
using LocalRag.Plugins.Retrieval.Answering;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.VectorData;
using Microsoft.SemanticKernel;
using Microsoft.SemanticKernel.ChatCompletion;
using RagDemo.Documents;

namespace RagDemo;

/// <summary>The parts of the demo and how they hang together: the same for the page and the command line.</summary>
internal static class DemoServices
{
    private const string Passages = "passages";
    private const string Documents = "documents";

    public static IServiceCollection AddRagDemo(this IServiceCollection services, DemoSettings settings)
    {
        services.AddSingleton(settings);
        services.AddSentenceTransformerEmbeddingGenerator(Model(settings, "Models:Embedding", MiniModels.BiEncoderDirectory));
        services.AddCrossEncoderReranker(Model(settings, "Models:Reranker", MiniModels.CrossEncoderDirectory));

        // The store. Any other provider of Microsoft.Extensions.VectorData takes this one line, for example
        // services.AddQdrantVectorStore("localhost") or services.AddPostgresVectorStore(connectionString).
        services.AddInMemoryVectorStore();

        services.AddSingleton(provider => provider.GetRequiredService<VectorStore>().GetCollection<string, Passage>(
            Passages, Passage.CreateDefinition(Dimensions(provider.GetRequiredService<IEmbeddingGenerator<string, Embedding<float>>>()))));
        services.AddSingleton(provider => provider.GetRequiredService<VectorStore>().GetCollection<string, SourceDocument>(Documents));
        services.AddSingleton<IVectorSearchable<Passage>>(provider => provider.GetRequiredService<VectorStoreCollection<string, Passage>>());
        services.AddSingleton<ITextChunker>(provider =>
            new HeadingChunker(ChunkSize.For(provider.GetRequiredService<IEmbeddingGenerator<string, Embedding<float>>>())));
        services.AddSingleton<DocumentIndex>();
        services.AddSingleton<IngestionJobs>();
        services.AddRetriever<Passage>();
        if (settings.Chat is { } chat)
        {
            services.AddOpenAIChatCompletion(chat.Model, chat.Endpoint, chat.ApiKey);
        }

        services.AddSingleton(provider => new DocumentAnswerer(
            provider.GetRequiredService<Retriever<Passage>>(),
            provider.GetRequiredService<IReranker>(),
            provider.GetService<IChatCompletionService>(),
            new() { MinimumScore = MinimumScore(settings) }));
        return services;
    }

    private static string Model(DemoSettings settings, string key, string mini) =>
        settings.Configuration[key] is { Length: > 0 } name && name != MiniModels.Name ? name : mini;

    private static int Dimensions(IEmbeddingGenerator<string, Embedding<float>> generator) =>
        generator.GetService<EmbeddingGeneratorMetadata>()?.DefaultModelDimensions
        ?? throw new InvalidOperationException("The embedding generator does not say how many dimensions its vectors have. Use one whose metadata does.");

    // The threshold belongs to the embedded reranker's scale; another reranker needs its own, or none.
    private static float? MinimumScore(DemoSettings settings) =>
        settings.Configuration["Answers:MinimumScore"] is { Length: > 0 } given ? float.Parse(given, System.Globalization.CultureInfo.InvariantCulture)
        : Model(settings, "Models:Reranker", MiniModels.CrossEncoderDirectory) == MiniModels.CrossEncoderDirectory ? AnswerOptions.MiniMinimumScore
        : null;
}
