using LocalRag.Plugins.Ingestion;

namespace RagDemo.Documents;

/// <summary>Counts as done only what is saved, so that whatever is shown as done outlives the process.</summary>
internal sealed class SavedProgress(IProgress<IngestionProgress> target, Action<SavedProgress> isCurrent) : IProgress<IngestionProgress>
{
    private int _done;
    private int _saved;

    public void Report(IngestionProgress value)
    {
        isCurrent(this);
        _done = value.DocumentsDone;
        target.Report(value with { DocumentsDone = _saved });
    }

    /// <summary>What is done at this moment; passed to <see cref="Saved"/> once it is on disk.</summary>
    public int Mark() => _done;

    public void Saved(int mark) => _saved = mark;
}
