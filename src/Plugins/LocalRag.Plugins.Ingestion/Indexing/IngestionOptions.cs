namespace LocalRag.Plugins.Ingestion;

/// <summary>Settings of a <see cref="DocumentIndexer"/>.</summary>
public sealed class IngestionOptions
{
    /// <summary>The readers to use.</summary>
    /// <value>The first that takes a file's ending wins; default <see cref="DocumentReaders.Default"/>.</value>
    public IReadOnlyList<IDocumentReader> Readers { get; set; } = DocumentReaders.Default;

    /// <summary>The largest file that is read.</summary>
    /// <value>1 or more bytes; default 64 MiB.</value>
    public long MaxFileBytes { get; set; } = 64L << 20;

    /// <summary>How many passages are embedded and written at once.</summary>
    /// <value>1 or more; default 256. A batch becomes visible together where the store does so.</value>
    public int BatchPassages { get; set; } = 256;

    /// <summary>Makes durable what was written so far, for a store that lives in memory; called at the end of a run that changed something and now and then within.</summary>
    /// <value>Null (the default) for stores that are durable by themselves.</value>
    public Func<CancellationToken, Task>? Checkpoint { get; set; }

    /// <summary>The least time between two checkpoints within a run.</summary>
    /// <value>Zero or more; default 5 seconds. It stretches to ten times the duration of the last checkpoint, so that saving never takes the upper hand.</value>
    public TimeSpan CheckpointInterval { get; set; } = TimeSpan.FromSeconds(5);

    internal IngestionOptions Validated()
    {
        ArgumentNullException.ThrowIfNull(Readers);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxFileBytes, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(BatchPassages, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(CheckpointInterval, TimeSpan.Zero);
        return (IngestionOptions)MemberwiseClone();
    }
}
