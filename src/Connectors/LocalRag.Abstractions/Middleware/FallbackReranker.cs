using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace LocalRag;

/// <summary>Asks another reranker where the first one throws.</summary>
/// <remarks>The scores of a result are those of the reranker that answered. Cancellation by the caller is passed on.</remarks>
public sealed partial class FallbackReranker : DelegatingReranker
{
    private readonly IReranker _fallback;
    private readonly ILogger _logger;

    /// <summary>Wraps two rerankers; both are disposed along.</summary>
    /// <param name="innerReranker">The one that is asked first.</param>
    /// <param name="fallback">The one that is asked when the first one throws.</param>
    /// <param name="loggerFactory">Where failures are logged; null for nowhere.</param>
    public FallbackReranker(IReranker innerReranker, IReranker fallback, ILoggerFactory? loggerFactory = null)
        : base(innerReranker)
    {
        ArgumentNullException.ThrowIfNull(fallback);
        _fallback = fallback;
        _logger = (loggerFactory ?? NullLoggerFactory.Instance).CreateLogger<FallbackReranker>();
    }

    /// <inheritdoc/>
    public override async Task<IReadOnlyList<RerankResult>> RerankAsync(
        string query, IReadOnlyList<string> documents, RerankOptions? options = null, CancellationToken cancellationToken = default)
    {
        try
        {
            return await base.RerankAsync(query, documents, options, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is not ArgumentException && !cancellationToken.IsCancellationRequested)
        {
            LogFallback(e);
            return await _fallback.RerankAsync(query, documents, options, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _fallback.Dispose();
        }

        base.Dispose(disposing);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "A reranker failed; the fallback is asked.")]
    private partial void LogFallback(Exception exception);
}
