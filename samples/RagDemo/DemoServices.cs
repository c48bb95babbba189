using System.ClientModel;
using System.ClientModel.Primitives;
using LocalRag;
using LocalRag.Connectors.RerankApi;
using LocalRag.Models.Mini;
using LocalRag.Plugins.Ingestion;
using LocalRag.Plugins.Retrieval;
using LocalRag.Plugins.Retrieval.Answering;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.VectorData;
using Microsoft.SemanticKernel;
using Microsoft.SemanticKernel.ChatCompletion;
using OpenAI;
using OpenAI.Chat;
using RagDemo.Documents;

namespace RagDemo;

/// <summary>The parts of the demo and how they hang together: the same for the page and the command line.</summary>
internal static class DemoServices
{
    public static IServiceCollection AddRagDemo(this IServiceCollection services, DemoSettings settings)
    {
        services.AddSingleton(settings);

        if (settings.RerankApi is { } rerankApi)
        {
            services.Configure<RerankApiOptions>(rerankApi.Bind);
            services.AddRerankApi();
        }

        // STORE: another one is one line here, with any provider of Microsoft.Extensions.VectorData; docs/scaling-out.md names Qdrant and pgvector.

        // Embedding generator, store, reranker, collection of passages and their retriever; what is registered before is kept.
        services.AddLocalRag(o =>
        {
            o.EmbeddingModel = settings.EmbeddingModel;
            o.RerankerModel = settings.RerankerModel;
            o.OnFailure = RerankFailureMode.KeepOrder;
        });
        services.AddSingleton(provider => provider.GetRequiredService<VectorStore>().GetCollection<string, SourceDocument>("documents"));
        services.AddSingleton<ITextChunker>(provider =>
            new HeadingChunker(ChunkSize.For(provider.GetRequiredService<IEmbeddingGenerator<string, Embedding<float>>>())));
        services.AddSingleton<DocumentIndex>();
        services.AddSingleton<IngestionJobs>();
        services.AddHostedService(provider => provider.GetRequiredService<IngestionJobs>());
        if (settings.Chat is { } chat)
        {
            // No second try: whoever waits for an answer is told at once, and gets the best sentences of the documents.
            services.AddOpenAIChatCompletion(chat.Model, new OpenAIClient(
                new ApiKeyCredential(chat.ApiKey), new() { Endpoint = chat.Endpoint, RetryPolicy = new ClientRetryPolicy(maxRetries: 0), NetworkTimeout = chat.Timeout }));
        }

        services.AddSingleton(provider => new DocumentAnswerer(
            provider.GetRequiredService<Retriever<Passage>>(),
            provider.GetRequiredService<IReranker>(),
            provider.GetService<IChatCompletionService>(),
            new() { MinimumScore = MinimumScore(settings), MaxModelSearches = settings.Chat?.MaxSearches ?? 0, ReadUsage = UsageOf }));
        return services;
    }

    // The threshold belongs to the embedded reranker's scale; another reranker needs its own, or none.
    private static float? MinimumScore(DemoSettings settings) =>
        settings.Configuration["Answers:MinimumScore"] is { Length: > 0 } given ? float.Parse(given, System.Globalization.CultureInfo.InvariantCulture)
        : settings.RerankApi is null && settings.RerankerModel == MiniModels.Name ? AnswerOptions.MiniMinimumScore
        : null;

    private static AnswerUsage? UsageOf(StreamingChatMessageContent part) =>
        part.Metadata?.GetValueOrDefault("Usage") is ChatTokenUsage usage ? new(usage.InputTokenCount, usage.OutputTokenCount) : null;
}
