namespace LocalRag.Connectors.SentenceTransformers.Tokenization;

/// <summary>The buffers of one tokenization, kept by the thread for the next one, so that tokenizing allocates nothing per token.</summary>
internal sealed class EncodingWorkspace
{
    /// <summary>Buffers beyond this many elements are not kept.</summary>
    private const int KeepLimit = 1 << 20;

    [ThreadStatic]
    private static EncodingWorkspace? Free;

    public PieceBatch Batch { get; } = new();

    public TokenList First { get; } = new();

    public TokenList Second { get; } = new();

    /// <summary>Takes the thread's workspace, or a new one if it is in use.</summary>
    public static EncodingWorkspace Rent()
    {
        var workspace = Free ?? new();
        Free = null;
        return workspace;
    }

    /// <summary>Gives the workspace back.</summary>
    public void Return()
    {
        Batch.Trim(KeepLimit);
        First.Trim(KeepLimit);
        Second.Trim(KeepLimit);
        Free = this;
    }
}
