namespace LocalRag.Plugins.Ingestion;

/// <summary>What a reader got out of one file: its text and where the blocks of it lie.</summary>
/// <remarks>Immutable. Offsets of blocks, chunks and passages all count characters of <see cref="Text"/>.</remarks>
public sealed class DocumentText
{
    /// <summary>Joins the parts of a heading path.</summary>
    public const string HeadingSeparator = " > ";

    /// <summary>Creates the text of one document.</summary>
    /// <param name="text">All of its text; for Markdown, plain text and code the file's own characters.</param>
    /// <param name="title">The title the document gives itself, or null.</param>
    /// <param name="blocks">The blocks, by rising offset and without overlap.</param>
    /// <param name="warning">What the reader had to put up with, such as an unexpected encoding; null where there was nothing.</param>
    /// <exception cref="ArgumentNullException"><paramref name="text"/> or <paramref name="blocks"/> is null.</exception>
    /// <exception cref="ArgumentException">A block lies outside the text or before its predecessor's end.</exception>
    public DocumentText(string text, string? title, IReadOnlyList<TextBlock> blocks, string? warning = null)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(blocks);
        var last = 0;
        foreach (var block in blocks)
        {
            if (block.Start < last || block.End < block.Start || block.End > text.Length)
            {
                throw new ArgumentException(
                    $"Blocks must follow each other inside the {text.Length} characters of the text, but one spans {block.Start} to {block.End} after {last}.",
                    nameof(blocks));
            }

            last = block.End;
        }

        Text = text;
        Title = title;
        Blocks = blocks;
        Warning = warning;
    }

    /// <summary>All text of the document.</summary>
    public string Text { get; }

    /// <summary>The title the document gives itself; null where it gives none.</summary>
    public string? Title { get; }

    /// <summary>The blocks by rising offset; what lies between them is white space or markup that is not indexed.</summary>
    public IReadOnlyList<TextBlock> Blocks { get; }

    /// <summary>What the reader had to put up with; null where there was nothing.</summary>
    public string? Warning { get; }
}
