using LocalRag.Connectors.SentenceTransformers.Hub;

namespace LocalRag.Cli.Models;

/// <summary>Shows how far a download or a push has come, on the error stream while somebody watches.</summary>
internal sealed class DownloadProgress(ToolStreams streams) : IProgress<HubProgress>, IDisposable
{
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(200);

    private long _last;
    private int _width;

    public void Report(HubProgress value)
    {
        if (!streams.ShowProgress || TimeProvider.System.GetElapsedTime(_last) < Pace)
            return;
        _last = TimeProvider.System.GetTimestamp();
        var text = $"{value.File}: {value.BytesDone / 1e6:N1} of {value.Bytes / 1e6:N1} MB";
        streams.Error.Write("\r" + text.PadRight(_width));
        _width = text.Length;
    }

    public void Dispose()
    {
        if (_width > 0)
            streams.Error.Write("\r" + new string(' ', _width) + "\r");
        _width = 0;
    }
}
