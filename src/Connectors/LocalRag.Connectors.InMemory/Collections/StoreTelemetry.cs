using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace LocalRag.Connectors.InMemory;

/// <summary>Traces and durations by OpenTelemetry's database conventions; names only, never texts or vectors.</summary>
internal static class StoreTelemetry
{
    /// <summary>The name of the activity source and of the meter.</summary>
    public const string SourceName = "LocalRag.Connectors.InMemory";

    private static readonly ActivitySource Source = new(SourceName);
    private static readonly Meter Meter = new(SourceName);
    private static readonly Histogram<double> Duration = Meter.CreateHistogram<double>(
        "db.client.operation.duration", "s", "Duration of operations of the in-memory vector store.");

    public static Operation Start(string operation, CollectionSettings settings) => new(operation, settings);

    /// <summary>One operation from creation to disposal.</summary>
    internal readonly struct Operation : IDisposable
    {
        private readonly Activity? _activity;
        private readonly long _start;
        private readonly string _name;
        private readonly CollectionSettings _settings;

        public Operation(string name, CollectionSettings settings)
        {
            (_name, _settings) = (name, settings);
            _start = Duration.Enabled ? Stopwatch.GetTimestamp() : 0;
            _activity = Source.HasListeners() ? Source.StartActivity($"{name} {settings.Name}", ActivityKind.Client) : null;
            if (_activity is null)
                return;
            _activity.SetTag("db.system.name", Errors.SystemName);
            _activity.SetTag("db.collection.name", settings.Name);
            _activity.SetTag("db.operation.name", name);
            if (settings.StoreName is not null)
                _activity.SetTag("db.namespace", settings.StoreName);
        }

        public void SetReturnedRows(int count) => _activity?.SetTag("db.response.returned_rows", count);

        public void SetBatchSize(int count) => _activity?.SetTag("db.operation.batch.size", count);

        public void Fail(Exception error)
        {
            _activity?.SetTag("error.type", error.GetType().FullName);
            _activity?.SetStatus(ActivityStatusCode.Error);
        }

        public void Dispose()
        {
            _activity?.Dispose();
            if (_start != 0)
            {
                Duration.Record(
                    Stopwatch.GetElapsedTime(_start).TotalSeconds,
                    new("db.system.name", Errors.SystemName),
                    new("db.collection.name", _settings.Name),
                    new("db.operation.name", _name));
            }
        }
    }
}
