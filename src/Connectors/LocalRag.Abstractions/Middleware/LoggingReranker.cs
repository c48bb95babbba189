using System.Diagnostics;
using Microsoft.Extensions.Logging;

namespace LocalRag;

/// <summary>Logs what a reranker does: counts and durations at Debug, failures at Error, never a text.</summary>
public sealed partial class LoggingReranker : DelegatingReranker
{
    private readonly ILogger _logger;

    /// <summary>Wraps a reranker.</summary>
    /// <param name="innerReranker">The wrapped one.</param>
    /// <param name="logger">Where to log.</param>
    public LoggingReranker(IReranker innerReranker, ILogger logger)
        : base(innerReranker)
    {
        ArgumentNullException.ThrowIfNull(logger);
        _logger = logger;
    }

    /// <inheritdoc/>
    public override async Task<IReadOnlyList<RerankResult>> RerankAsync(
        string query, IReadOnlyList<string> documents, RerankOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(documents);
        long start = Stopwatch.GetTimestamp();
        try
        {
            var results = await base.RerankAsync(query, documents, options, cancellationToken).ConfigureAwait(false);
            var elapsed = Stopwatch.GetElapsedTime(start);
            LogReranked(documents.Count, results.Count, elapsed);
            return results;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            var elapsed = Stopwatch.GetElapsedTime(start);
            LogCanceled(documents.Count, elapsed);
            throw;
        }
        catch (Exception e)
        {
            var elapsed = Stopwatch.GetElapsedTime(start);
            LogFailed(documents.Count, elapsed, e);
            throw;
        }
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "Reranked {DocumentCount} documents to {ResultCount} in {Elapsed}.")]
    private partial void LogReranked(int documentCount, int resultCount, TimeSpan elapsed);

    [LoggerMessage(Level = LogLevel.Debug, Message = "Reranking {DocumentCount} documents was canceled after {Elapsed}.")]
    private partial void LogCanceled(int documentCount, TimeSpan elapsed);

    [LoggerMessage(Level = LogLevel.Error, Message = "Reranking {DocumentCount} documents failed after {Elapsed}.")]
    private partial void LogFailed(int documentCount, TimeSpan elapsed, Exception exception);
}
