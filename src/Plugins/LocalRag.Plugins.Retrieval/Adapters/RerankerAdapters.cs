using System.ComponentModel;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace LocalRag.Plugins.Retrieval;

/// <summary>Fits a reranker to the shapes in which other libraries want searching and tools.</summary>
public static class RerankerAdapters
{
    /// <summary>Puts reranking behind a search delegate, such as the one that Agent Framework's <c>TextSearchProvider</c> takes.</summary>
    /// <remarks>
    /// The delegate decides itself how much it returns, so it should return <see cref="RerankingOptions.Candidates"/> results;
    /// <see cref="RerankingOptions.Top"/> of them are kept. Agent Framework: <c>new TextSearchProvider(reranker.WrapSearch(search, r => r.Text))</c>.
    /// </remarks>
    /// <typeparam name="T">The type of a search result.</typeparam>
    /// <param name="reranker">Orders the results.</param>
    /// <param name="search">The search.</param>
    /// <param name="text">The text of a result that the reranker reads.</param>
    /// <param name="options">How to rerank; null for the defaults.</param>
    /// <param name="loggerFactory">Where failures that are survived are logged; null for nowhere.</param>
    /// <returns>A delegate of the same shape whose results are reranked.</returns>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    public static Func<string, CancellationToken, Task<IEnumerable<T>>> WrapSearch<T>(
        this IReranker reranker, Func<string, CancellationToken, Task<IEnumerable<T>>> search, Func<T, string> text, RerankingOptions? options = null, ILoggerFactory? loggerFactory = null)
    {
        ArgumentNullException.ThrowIfNull(reranker);
        ArgumentNullException.ThrowIfNull(search);
        ArgumentNullException.ThrowIfNull(text);
        var settings = (options ?? new RerankingOptions()).Snapshot();
        var stage = new RerankStage(settings, (loggerFactory ?? NullLoggerFactory.Instance).CreateLogger(typeof(RerankerAdapters)));
        return async (query, cancellationToken) =>
        {
            T[] found;
            using (RerankScope.Enter())
            {
                found = [.. await search(query, cancellationToken).ConfigureAwait(false)];
            }

            if (string.IsNullOrWhiteSpace(query))
            {
                return found.Take(settings.Top);
            }

            var outcome = await stage.RunAsync(() => reranker, query, [.. found.Select(text)], searchScores: null, cancellationToken).ConfigureAwait(false);
            return [.. outcome.Kept.Take(settings.Top).Select(kept => found[kept.Index])];
        };
    }

    /// <summary>Makes a tool of a reranker: a model hands over a question and texts, and gets them back with scores, best first.</summary>
    /// <param name="reranker">Orders the texts.</param>
    /// <param name="name">Name of the tool.</param>
    /// <param name="description">What a model is told about the tool; null for a general sentence.</param>
    /// <returns>A tool for <c>ChatOptions.Tools</c>.</returns>
    public static AIFunction AsAIFunction(this IReranker reranker, string name = "rerank", string? description = null)
    {
        ArgumentNullException.ThrowIfNull(reranker);
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        return AIFunctionFactory.Create(
            async (
                [Description("The question, as a full sentence.")] string query,
                [Description("The texts to order.")] string[] documents,
                [Description("How many texts to return; all when left out.")] int? top,
                CancellationToken cancellationToken) =>
            {
                var results = await reranker.RerankAsync(query, documents, new RerankOptions { TopK = top }, cancellationToken).ConfigureAwait(false);
                return results.Select(r => new RankedText(r.Index, r.Score, documents[r.Index])).ToList();
            },
            name,
            description ?? "Orders texts by how well they answer a question, best first, and scores each.");
    }

    private sealed record RankedText(int Index, float Score, string Text);
}
