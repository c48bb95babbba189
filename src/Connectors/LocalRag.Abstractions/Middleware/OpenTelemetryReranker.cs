using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace LocalRag;

/// <summary>Emits an activity and metrics for each call of a reranker; never a text.</summary>
/// <remarks>
/// Names follow OpenTelemetry's conventions for generative AI where these have one: the activity <c>rerank {model}</c>, the tags
/// <c>gen_ai.operation.name</c>, <c>gen_ai.provider.name</c>, <c>gen_ai.request.model</c>, <c>error.type</c>, the histogram
/// <c>gen_ai.client.operation.duration</c> in seconds; <c>localrag.rerank.documents</c> counts the documents of a call.
/// </remarks>
public sealed class OpenTelemetryReranker : DelegatingReranker
{
    /// <summary>Name of activity source and meter unless another is chosen: <c>LocalRag.Reranker</c>.</summary>
    public const string DefaultSourceName = "LocalRag.Reranker";

    private readonly ActivitySource _activities;
    private readonly Meter _meter;
    private readonly bool _ownsMeter;
    private readonly Histogram<double> _duration;
    private readonly Histogram<int> _documents;
    private readonly RerankerMetadata? _metadata;

    /// <summary>Wraps a reranker.</summary>
    /// <param name="innerReranker">The wrapped one.</param>
    /// <param name="sourceName">Name of activity source and meter; null for <see cref="DefaultSourceName"/>.</param>
    /// <param name="meterFactory">Makes the meter; null makes one apart.</param>
    public OpenTelemetryReranker(IReranker innerReranker, string? sourceName = null, IMeterFactory? meterFactory = null)
        : base(innerReranker)
    {
        string name = string.IsNullOrEmpty(sourceName) ? DefaultSourceName : sourceName;
        _activities = new ActivitySource(name);
        _ownsMeter = meterFactory is null;
        _meter = meterFactory?.Create(name) ?? new Meter(name);
        _duration = _meter.CreateHistogram<double>("gen_ai.client.operation.duration", "s", "Duration of a reranking.");
        _documents = _meter.CreateHistogram<int>("localrag.rerank.documents", "{document}", "Documents of a reranking.");
        _metadata = innerReranker.GetService(typeof(RerankerMetadata)) as RerankerMetadata;
    }

    /// <inheritdoc/>
    public override async Task<IReadOnlyList<RerankResult>> RerankAsync(
        string query, IReadOnlyList<string> documents, RerankOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(documents);
        string? model = options?.ModelId ?? _metadata?.DefaultModelId;
        var tags = new TagList
        {
            { "gen_ai.operation.name", "rerank" },
            { "gen_ai.provider.name", _metadata?.ProviderName ?? "unknown" },
        };
        if (model is not null)
        {
            tags.Add("gen_ai.request.model", model);
        }

        using var activity = _activities.StartActivity(model is null ? "rerank" : $"rerank {model}", ActivityKind.Client, default(ActivityContext), tags);
        activity?.SetTag("localrag.rerank.documents", documents.Count);
        activity?.SetTag("localrag.rerank.top_k", options?.TopK);
        long start = Stopwatch.GetTimestamp();
        try
        {
            var results = await base.RerankAsync(query, documents, options, cancellationToken).ConfigureAwait(false);
            activity?.SetTag("localrag.rerank.results", results.Count);
            return results;
        }
        catch (Exception e)
        {
            tags.Add("error.type", e.GetType().FullName);
            activity?.SetTag("error.type", e.GetType().FullName).SetStatus(ActivityStatusCode.Error);
            throw;
        }
        finally
        {
            _duration.Record(Stopwatch.GetElapsedTime(start).TotalSeconds, tags);
            _documents.Record(documents.Count, tags);
        }
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _activities.Dispose();
            if (_ownsMeter)
            {
                _meter.Dispose();
            }
        }

        base.Dispose(disposing);
    }
}
