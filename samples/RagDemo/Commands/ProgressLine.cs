using LocalRag.Plugins.Ingestion;
using LocalRag.Plugins.Retrieval.Answering;

namespace RagDemo.Commands;

/// <summary>One line on the error stream that shows how far indexing has come; written only to a terminal.</summary>
internal sealed class ProgressLine : IProgress<IngestionProgress>, IDisposable
{
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(100);

    private readonly bool _visible = !Console.IsErrorRedirected;
    private readonly Lock _gate = new();
    private long _last;
    private int _width;

    public void Report(IngestionProgress value)
    {
        if (!_visible)
        {
            return;
        }

        lock (_gate)
        {
            if (_last != 0 && TimeProvider.System.GetElapsedTime(_last) < Pace)
            {
                return;
            }

            _last = TimeProvider.System.GetTimestamp();
            var line = AnswerText.Line($"Indexing {value.DocumentsDone}/{value.DocumentsTotal} documents, {value.PassagesWritten} passages  {value.DocumentId}", 78);
            Console.Error.Write("\r" + line.PadRight(_width));
            _width = line.Length;
        }
    }

    public void Clear()
    {
        lock (_gate)
        {
            if (_width > 0)
            {
                Console.Error.Write("\r" + new string(' ', _width) + "\r");
                _width = 0;
            }
        }
    }

    public void Dispose() => Clear();
}
