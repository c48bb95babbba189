using LocalRag.Plugins.Ingestion;
using LocalRag.Plugins.Retrieval.Answering;

namespace LocalRag.Cli.Documents;

/// <summary>How far indexing has come, on the error stream while somebody watches.</summary>
internal sealed class IngestionLine(ToolStreams streams) : IProgress<IngestionProgress>, IDisposable
{
    private const int Width = 78;
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(200);

    private readonly Lock _gate = new();
    private long _last = TimeProvider.System.GetTimestamp();
    private bool _shown;

    public void Report(IngestionProgress value)
    {
        lock (_gate)
        {
            if (!streams.ShowProgress || TimeProvider.System.GetElapsedTime(_last) < Pace)
                return;
            _last = TimeProvider.System.GetTimestamp();
            _shown = true;
            var line = AnswerText.Line($"{value.DocumentsDone}/{value.DocumentsTotal} documents, {value.PassagesWritten} passages  {value.DocumentId}", Width);
            streams.Error.Write("\r" + line.PadRight(Width));
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            if (_shown)
                streams.Error.Write("\r" + new string(' ', Width) + "\r");
            _shown = false;
        }
    }
}
