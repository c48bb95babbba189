namespace LocalRag.Cli.Lines;

/// <summary>Counts lines on the error stream while somebody watches.</summary>
internal sealed class LineProgress(ToolStreams streams) : IDisposable
{
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(200);

    private long _last = TimeProvider.System.GetTimestamp();
    private bool _shown;

    public void Report(long lines)
    {
        if (!streams.ShowProgress || TimeProvider.System.GetElapsedTime(_last) < Pace)
            return;
        _last = TimeProvider.System.GetTimestamp();
        _shown = true;
        streams.Error.Write($"\r{lines:N0} lines");
    }

    public void Dispose()
    {
        if (!_shown)
            return;
        _shown = false;
        streams.Error.Write("\r                    \r");
    }
}
