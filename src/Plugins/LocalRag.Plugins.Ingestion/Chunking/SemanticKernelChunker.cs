using Microsoft.SemanticKernel.Text;

namespace LocalRag.Plugins.Ingestion;

#pragma warning disable SKEXP0050 // TextChunker is marked experimental; this class is the one place that depends on it.

/// <summary>Cuts documents with Semantic Kernel's <see cref="TextChunker"/>, and finds the offsets that it does not report.</summary>
/// <remarks>It knows no sections: chunks may cross headings. Immutable; safe for concurrent use if the token counter is.</remarks>
/// <param name="size">How long chunks become.</param>
/// <param name="markdown">True cuts by the rules for Markdown, false by those for plain text.</param>
public sealed class SemanticKernelChunker(ChunkSize size, bool markdown = true) : ITextChunker
{
    private readonly ChunkSize _size = size ?? throw new ArgumentNullException(nameof(size));

    /// <inheritdoc/>
    public string Id => $"semantic-kernel-1/{(markdown ? "markdown" : "text")}/{_size.MaxTokens}/{_size.OverlapTokens}";

    /// <inheritdoc/>
    public IReadOnlyList<TextChunk> Chunk(DocumentText document)
    {
        ArgumentNullException.ThrowIfNull(document);
        var text = document.Text;
        if (string.IsNullOrWhiteSpace(text))
        {
            return [];
        }

        TextChunker.TokenCounter count = line => _size.CountTokens(line);
        var paragraphs = markdown
            ? TextChunker.SplitMarkdownParagraphs(TextChunker.SplitMarkDownLines(text, _size.MaxTokens, count), _size.MaxTokens, _size.OverlapTokens, tokenCounter: count)
            : TextChunker.SplitPlainTextParagraphs(TextChunker.SplitPlainTextLines(text, _size.MaxTokens, count), _size.MaxTokens, _size.OverlapTokens, tokenCounter: count);

        var chunks = new List<TextChunk>(paragraphs.Count);
        var from = 0;
        foreach (var paragraph in paragraphs)
        {
            if (Locate(text, paragraph, from) is not (var start, var end))
            {
                continue;
            }

            // Chunks may overlap, so the next one is looked for from this one's second character on.
            from = start + 1;
            var block = BlockAt(document.Blocks, start);
            chunks.Add(new(start, end, block?.HeadingPath ?? "", block?.Page));
        }

        return chunks;
    }

    // TextChunker trims and joins lines, so white space differs between the document and the chunk; everything else is equal.
    private static (int Start, int End)? Locate(string text, string chunk, int from)
    {
        var head = 0;
        while (head < chunk.Length && char.IsWhiteSpace(chunk[head]))
        {
            head++;
        }

        for (var start = head < chunk.Length ? text.IndexOf(chunk[head], from) : -1; start >= 0; start = text.IndexOf(chunk[head], start + 1))
        {
            var i = start;
            var j = head;
            var end = start;
            while (true)
            {
                while (j < chunk.Length && char.IsWhiteSpace(chunk[j]))
                {
                    j++;
                }

                if (j == chunk.Length)
                {
                    return (start, end);
                }

                while (i < text.Length && char.IsWhiteSpace(text[i]))
                {
                    i++;
                }

                if (i == text.Length || text[i] != chunk[j])
                {
                    break;
                }

                end = ++i;
                j++;
            }
        }

        return null;
    }

    private static TextBlock? BlockAt(IReadOnlyList<TextBlock> blocks, int offset)
    {
        TextBlock? found = null;
        foreach (var block in blocks)
        {
            if (block.Start > offset)
            {
                break;
            }

            found = block;
        }

        return found;
    }
}
