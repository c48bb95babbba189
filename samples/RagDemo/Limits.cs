namespace RagDemo;

/// <summary>What the page takes from its users.</summary>
internal sealed class Limits
{
    /// <summary>The largest file.</summary>
    public long MaxFileBytes { get; set; } = 20 << 20;

    /// <summary>The most files of one upload.</summary>
    public int MaxFilesPerUpload { get; set; } = 20;

    /// <summary>The most documents in the index.</summary>
    public int MaxDocuments { get; set; } = 2000;

    /// <summary>The most pages of a PDF.</summary>
    public int MaxPages { get; set; } = 2000;

    /// <summary>The most characters of a document's text.</summary>
    public int MaxCharacters { get; set; } = 5_000_000;

    /// <summary>Questions answered at the same time.</summary>
    public int Concurrent { get; set; } = 2;

    /// <summary>Questions that may wait; beyond them the answer is 503.</summary>
    public int Queue { get; set; } = 32;

    public long MaxRequestBytes => MaxFileBytes * 2;
}
