using LocalRag.Connectors.SentenceTransformers.Hub.Listing;

namespace LocalRag.Connectors.SentenceTransformers.Hub.Download;

/// <summary>Adds up the progress of files that move at the same time, and reports it in order.</summary>
internal sealed class ProgressTracker(IProgress<HubProgress>? progress, long totalBytes, int totalFiles)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, long> _done = [];
    private long _bytes;
    private int _files;

    /// <summary>Says how much of the file is in place; less than before after a restart.</summary>
    public void Set(string path, long size, long done) => Report(path, size, done, completed: false);

    public void Complete(string path, long size) => Report(path, size, size, completed: true);

    public void Complete(RemoteFile file) => Complete(file.Path, file.Size);

    private void Report(string path, long size, long done, bool completed)
    {
        if (progress is null)
        {
            return;
        }

        lock (_lock)
        {
            _bytes += done - _done.GetValueOrDefault(path);
            _done[path] = done;
            _files += completed ? 1 : 0;
            progress.Report(new HubProgress(path, done, size, _bytes, totalBytes, _files, totalFiles));
        }
    }
}
