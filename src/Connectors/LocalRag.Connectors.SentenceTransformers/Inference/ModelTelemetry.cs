using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace LocalRag.Connectors.SentenceTransformers.Inference;

/// <summary>Activities and metrics of local models. They carry names, counts and durations; never a text or a vector.</summary>
internal static class ModelTelemetry
{
    public const string SourceName = "LocalRag.Connectors.SentenceTransformers";

    public const string ProviderName = "sentence_transformers";

    private static readonly ActivitySource Activities = new(SourceName);
    private static readonly Meter Meter = new(SourceName);
    private static readonly Histogram<double> Duration = Meter.CreateHistogram<double>("localrag.model.duration", "s", "Duration of a call of a local model.");
    private static readonly Counter<long> Texts = Meter.CreateCounter<long>("localrag.model.texts", "{text}", "Texts or pairs that local models read.");
    private static readonly Counter<long> Tokens = Meter.CreateCounter<long>("localrag.model.tokens", "{token}", "Tokens that local models read, padding left out.");
    private static readonly Counter<long> Padding = Meter.CreateCounter<long>("localrag.model.padding_tokens", "{token}", "Padding that was computed beside the tokens.");

    /// <summary>Runs one call of a model and records it, however it ends.</summary>
    public static void Record(string operation, string modelId, int texts, Action<ModelCall> run)
    {
        using var call = new ModelCall(operation, modelId, texts);
        try
        {
            run(call);
        }
        catch (Exception exception)
        {
            call.Fail(exception);
            throw;
        }
    }

    /// <summary>One call of a model, from start to end.</summary>
    public sealed class ModelCall : IDisposable
    {
        private readonly Activity? _activity;
        private readonly long _started = Stopwatch.GetTimestamp();
        private readonly string _operation;
        private readonly string _modelId;
        private readonly int _texts;
        private string? _error;
        private long _tokens;
        private long _padding;

        public ModelCall(string operation, string modelId, int texts)
        {
            _operation = operation;
            _modelId = modelId;
            _texts = texts;
            _activity = Activities.StartActivity($"{operation} {modelId}");
            _activity?.SetTag("gen_ai.operation.name", operation).SetTag("gen_ai.provider.name", ProviderName).SetTag("gen_ai.request.model", modelId);
        }

        public void Count(TokenBatch batch)
        {
            _tokens += batch.TokenCount;
            _padding += (long)batch.RowCount * batch.Width - batch.TokenCount;
        }

        public void Fail(Exception exception)
        {
            _error = exception.GetType().FullName;
            _activity?.SetTag("error.type", _error).SetStatus(ActivityStatusCode.Error);
        }

        public void Dispose()
        {
            var tags = new TagList { { "gen_ai.operation.name", _operation }, { "gen_ai.request.model", _modelId } };
            if (_error is not null)
                tags.Add("error.type", _error);
            Duration.Record(Stopwatch.GetElapsedTime(_started).TotalSeconds, tags);
            Texts.Add(_texts, tags);
            Tokens.Add(_tokens, tags);
            Padding.Add(_padding, tags);
            _activity?.SetTag("gen_ai.usage.input_tokens", _tokens).SetTag("localrag.texts", _texts);
            _activity?.Dispose();
        }
    }
}
