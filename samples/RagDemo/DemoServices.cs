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
    public static IServiceCollection AddRagDemo(this IServiceCollection services, DemoSettings settings)
    {
        services.AddSingleton(settings);

        // Embedding generator, store, reranker, collection of passages and their retriever. Another store is one line before this one,
        // with any provider of Microsoft.Extensions.VectorData: services.AddQdrantVectorStore("localhost"), for example.
        services.AddLocalRag(o =>
        {
            o.EmbeddingModel = settings.EmbeddingModel;
            o.RerankerModel = settings.RerankerModel;
        });
        services.AddSingleton(provider => provider.GetRequiredService<VectorStore>().GetCollection<string, SourceDocument>("documents"));
        services.AddSingleton<ITextChunker>(provider =>
            new HeadingChunker(ChunkSize.For(provider.GetRequiredService<IEmbeddingGenerator<string, Embedding<float>>>())));
        services.AddSingleton<DocumentIndex>();
        services.AddSingleton<IngestionJobs>();
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

    // The threshold belongs to the embedded reranker's scale; another reranker needs its own, or none.
    private static float? MinimumScore(DemoSettings settings) =>
        settings.Configuration["Answers:MinimumScore"] is { Length: > 0 } given ? float.Parse(given, System.Globalization.CultureInfo.InvariantCulture)
        : settings.RerankerModel == MiniModels.Name ? AnswerOptions.MiniMinimumScore
        : null;
}
