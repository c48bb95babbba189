using System.Diagnostics.Metrics;
using Microsoft.Extensions.Caching.Distributed;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace LocalRag;

/// <summary>The wrappers that come with the library.</summary>
public static class RerankerBuilderExtensions
{
    /// <summary>Logs counts and durations at Debug and failures at Error; never a text.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="loggerFactory">Where to log; null takes the container's, and logs nothing where there is none.</param>
    /// <returns><paramref name="builder"/>.</returns>
    public static RerankerBuilder UseLogging(this RerankerBuilder builder, ILoggerFactory? loggerFactory = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.Use((inner, services) =>
            (loggerFactory ?? services.GetService<ILoggerFactory>()) is { } factory ? new LoggingReranker(inner, factory.CreateLogger<LoggingReranker>()) : inner);
    }

    /// <summary>Emits an activity and metrics for each call, in the way of OpenTelemetry's conventions for generative AI; never a text.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="sourceName">Name of activity source and meter; null for <see cref="OpenTelemetryReranker.DefaultSourceName"/>.</param>
    /// <returns><paramref name="builder"/>.</returns>
    public static RerankerBuilder UseOpenTelemetry(this RerankerBuilder builder, string? sourceName = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.Use((inner, services) => new OpenTelemetryReranker(inner, sourceName, services.GetService<IMeterFactory>()));
    }

    /// <summary>Keeps results in a distributed cache, by the hash of everything that a call consists of.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="cache">The cache; null takes the container's.</param>
    /// <param name="entryOptions">How long results are kept; null leaves it to the cache.</param>
    /// <returns><paramref name="builder"/>.</returns>
    public static RerankerBuilder UseDistributedCache(this RerankerBuilder builder, IDistributedCache? cache = null, DistributedCacheEntryOptions? entryOptions = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.Use((inner, services) => new DistributedCachingReranker(inner, cache ?? services.GetRequiredService<IDistributedCache>(), entryOptions));
    }

    /// <summary>Drops what scores below a threshold, where a call names none itself.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="threshold">The lowest score that is kept, on the reranker's own scale; not NaN.</param>
    /// <returns><paramref name="builder"/>.</returns>
    public static RerankerBuilder UseScoreThreshold(this RerankerBuilder builder, float threshold)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.Use(inner => new ScoreThresholdReranker(inner, threshold));
    }

    /// <summary>Cuts long documents into overlapping pieces, and scores a document as its best piece.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="maxLength">Longest piece in UTF-16 units, 16 or more. A model of 512 tokens reads about 1,500 units of English beside a question.</param>
    /// <param name="overlap">How much neighbouring pieces share, 0 to half of <paramref name="maxLength"/>.</param>
    /// <returns><paramref name="builder"/>.</returns>
    public static RerankerBuilder UseChunking(this RerankerBuilder builder, int maxLength = 1000, int overlap = 100)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.Use(inner => new ChunkingReranker(inner, maxLength, overlap));
    }

    /// <summary>Asks another reranker where the wrapped one throws; cancellation by the caller is not survived.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="fallback">The other reranker; disposed along.</param>
    /// <param name="loggerFactory">Where failures are logged; null takes the container's.</param>
    /// <returns><paramref name="builder"/>.</returns>
    public static RerankerBuilder UseFallback(this RerankerBuilder builder, IReranker fallback, ILoggerFactory? loggerFactory = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.Use((inner, services) => new FallbackReranker(inner, fallback, loggerFactory ?? services.GetService<ILoggerFactory>()));
    }
}
