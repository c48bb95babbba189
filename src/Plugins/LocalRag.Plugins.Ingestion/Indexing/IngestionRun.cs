using System.Diagnostics;
using LocalRag.Plugins.Retrieval;

namespace LocalRag.Plugins.Ingestion.Indexing;

/// <summary>The state of one run: what waits to be written, and what was done.</summary>
internal sealed class IngestionRun(IndexTarget target, int total, IReadOnlyList<FileNotice> failed, IProgress<IngestionProgress>? progress)
{
    // Documents that are long and have few passages (tables of white space) must not pile up.
    private const long MaxWaitingCharacters = 8 << 20;

    private readonly long _begin = Stopwatch.GetTimestamp();
    private readonly List<PreparedDocument> _waiting = [];
    private readonly List<string> _added = [];
    private readonly List<string> _changed = [];
    private readonly List<FileNotice> _failed = [.. failed];
    private readonly List<FileNotice> _warnings = [];
    private int _waitingPassages;
    private long _waitingCharacters;
    private int _written;
    private int _done;
    private int _unchanged;
    private TimeSpan _writing;
    private TimeSpan _checkpointPause = target.Options.CheckpointInterval;
    private long _lastCheckpoint = Stopwatch.GetTimestamp();

    public List<string> Removed { get; } = [];

    public async Task TakeAsync(PreparedDocument document, CancellationToken cancellationToken)
    {
        switch (document.State)
        {
            case PreparedState.ToWrite:
                _waiting.Add(document);
                _waitingPassages += document.Chunks.Count;
                _waitingCharacters += document.Text.Length;
                if (_waitingPassages >= target.Options.BatchPassages || _waitingCharacters >= MaxWaitingCharacters)
                {
                    await FlushAsync(cancellationToken).ConfigureAwait(false);
                }

                return;
            case PreparedState.Unchanged:
                _unchanged += document.Known!.Error is null ? 1 : 0;
                Notice(document.Known.Error is null ? _warnings : _failed, document, document.Known.Error ?? document.Known.Warning);
                break;
            default:
                await RecordFailureAsync(document, cancellationToken).ConfigureAwait(false);
                break;
        }

        Done(document);
    }

    public async Task FlushAsync(CancellationToken cancellationToken)
    {
        if (_waiting.Count == 0)
        {
            return;
        }

        target.Unsaved = true;

        // First the ledger says that these documents are under way and how many passages there can be, so that nothing can be left behind.
        await target.Documents.UpsertAsync(_waiting.Select(d => Row(d, hash: "", Math.Max(d.Chunks.Count, d.Known?.Passages ?? 0))), cancellationToken)
            .ConfigureAwait(false);
        var begin = Stopwatch.GetTimestamp();
        var batch = new List<Passage>(target.Options.BatchPassages);
        foreach (var document in _waiting)
        {
            for (var i = 0; i < document.Chunks.Count; i++)
            {
                batch.Add(document.Passage(i));
                if (batch.Count == target.Options.BatchPassages)
                {
                    await WriteAsync(batch, cancellationToken).ConfigureAwait(false);
                    progress?.Report(new(_done, total, _written, document.File.Id, i + 1, document.Chunks.Count));
                }
            }
        }

        await WriteAsync(batch, cancellationToken).ConfigureAwait(false);
        _writing += Stopwatch.GetElapsedTime(begin);
        foreach (var document in _waiting)
        {
            await target.DeletePassagesAsync(document.File.Id, document.Chunks.Count, document.Known?.Passages ?? 0, cancellationToken).ConfigureAwait(false);
        }

        await target.Documents.UpsertAsync(_waiting.Select(d => Row(d, d.Hash, d.Chunks.Count)), cancellationToken).ConfigureAwait(false);
        foreach (var document in _waiting)
        {
            (document.Known is { Error: null } or { Passages: > 0 } ? _changed : _added).Add(document.File.Id);
            Notice(_warnings, document, document.Notice);
            Done(document);
        }

        _waiting.Clear();
        _waitingPassages = 0;
        _waitingCharacters = 0;
        await MaybeCheckpointAsync(cancellationToken).ConfigureAwait(false);
    }

    public IngestionReport Report(IReadOnlyList<FileNotice> skipped) => new()
    {
        Added = _added,
        Changed = _changed,
        Removed = Removed,
        Unchanged = _unchanged,
        Failed = _failed,
        Warnings = _warnings,
        Skipped = skipped,
        PassagesWritten = _written,
        Elapsed = Stopwatch.GetElapsedTime(_begin),
        Writing = _writing,
    };

    private static void Notice(List<FileNotice> notices, PreparedDocument document, string? reason)
    {
        if (reason is not null)
        {
            notices.Add(new(document.File.Id, reason));
        }
    }

    private async Task WriteAsync(List<Passage> batch, CancellationToken cancellationToken)
    {
        if (batch.Count > 0)
        {
            cancellationToken.ThrowIfCancellationRequested();
            await target.Passages.UpsertAsync(batch, cancellationToken).ConfigureAwait(false);
            _written += batch.Count;
            batch.Clear();
        }
    }

    private SourceDocument Row(PreparedDocument document, string hash, int passages) => new()
    {
        Id = document.File.Id,
        Title = document.Title,
        Bytes = document.Bytes,
        Hash = hash,
        Stamp = target.Stamp,
        Passages = passages,
        Warning = document.Notice,
    };

    // What an earlier state of the file gave stays in the index; an answer from yesterday's text beats none, and the report says so.
    private async Task RecordFailureAsync(PreparedDocument document, CancellationToken cancellationToken)
    {
        Notice(_failed, document, document.Notice);
        var row = document.Known is { Passages: > 0 } earlier
            ? new SourceDocument
            {
                Id = earlier.Id,
                Title = earlier.Title,
                Bytes = earlier.Bytes,
                Hash = "",
                Stamp = earlier.Stamp,
                Passages = earlier.Passages,
                Error = document.Notice,
            }
            : new SourceDocument
            {
                Id = document.File.Id,
                Bytes = document.Bytes,
                Hash = document.Hash,
                Stamp = target.Stamp,
                Error = document.Notice,
            };
        if (document.Known is { } known && known.Error == row.Error && known.Hash == row.Hash && known.Bytes == row.Bytes)
        {
            return;
        }

        await target.Documents.UpsertAsync(row, cancellationToken).ConfigureAwait(false);
        target.Unsaved = true;
    }

    private void Done(PreparedDocument document) => progress?.Report(new(++_done, total, _written, document.File.Id));

    private async Task MaybeCheckpointAsync(CancellationToken cancellationToken)
    {
        if (target.Options.Checkpoint is null || Stopwatch.GetElapsedTime(_lastCheckpoint) < _checkpointPause)
        {
            return;
        }

        var begin = Stopwatch.GetTimestamp();
        await target.SaveAsync(cancellationToken).ConfigureAwait(false);
        _lastCheckpoint = Stopwatch.GetTimestamp();
        var pause = 10 * Stopwatch.GetElapsedTime(begin);
        _checkpointPause = pause > target.Options.CheckpointInterval ? pause : target.Options.CheckpointInterval;
    }
}
