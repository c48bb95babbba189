using LocalRag.Connectors.SentenceTransformers.Hub;

namespace LocalRag.Cli.Models;

/// <summary>A bar that shows how far a download or a push has come, on the error stream while somebody watches.</summary>
internal sealed class DownloadProgress(ToolStreams streams, TimeProvider? time = null) : IProgress<HubProgress>, IDisposable
{
    private const int BarWidth = 24;
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(200);

    private readonly TimeProvider _time = time ?? TimeProvider.System;
    private long _last;
    private int _width;

    public void Report(HubProgress value)
    {
        if (!streams.ShowProgress || _time.GetElapsedTime(_last) < Pace)
            return;
        _last = _time.GetTimestamp();
        var share = value.Bytes == 0 ? 1 : Math.Clamp((double)value.BytesDone / value.Bytes, 0, 1);
        var filled = (int)(share * BarWidth);
        var text = $"[{new string('#', filled)}{new string('.', BarWidth - filled)}] {Math.Floor(share * 100),3}% {value.BytesDone / 1e6:N1} of {value.Bytes / 1e6:N1} MB, {value.FilesDone} of {value.Files} files";
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
