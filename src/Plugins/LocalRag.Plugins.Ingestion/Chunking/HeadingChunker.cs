using LocalRag.Plugins.Ingestion.Chunking;

namespace LocalRag.Plugins.Ingestion;

/// <summary>Fills chunks with whole blocks up to the size limit and never crosses a heading, so that a passage belongs to one section.</summary>
/// <remarks>
/// A heading stays with the text below it. A block that is longer than a chunk is cut between sentences (code: between lines), then between
/// words, and only there chunks overlap. Immutable; safe for concurrent use if the token counter is.
/// </remarks>
/// <param name="size">How long chunks become.</param>
public sealed class HeadingChunker(ChunkSize size) : ITextChunker
{
    private readonly ChunkSize _size = size ?? throw new ArgumentNullException(nameof(size));

    /// <inheritdoc/>
    public string Id => $"headings-1/{_size.MaxTokens}/{_size.OverlapTokens}";

    /// <inheritdoc/>
    public IReadOnlyList<TextChunk> Chunk(DocumentText document)
    {
        ArgumentNullException.ThrowIfNull(document);
        var chunks = new List<TextChunk>();
        var cutter = new PieceCutter(document.Text, _size);
        var section = new List<TextPiece>();
        var hasBody = false;
        foreach (var block in document.Blocks)
        {
            if (block.Kind == BlockKind.Heading && hasBody)
            {
                Pack(section, chunks);
                section.Clear();
                hasBody = false;
            }

            hasBody |= block.Kind != BlockKind.Heading;
            cutter.Cut(block, section);
        }

        Pack(section, chunks);
        return chunks;
    }

    private void Pack(List<TextPiece> pieces, List<TextChunk> chunks)
    {
        var first = 0;
        while (first < pieces.Count)
        {
            var last = first;
            var tokens = pieces[first].Tokens;

            // One token more per joint covers the line break that byte-level tokenizers count.
            while (last + 1 < pieces.Count && tokens + 1 + pieces[last + 1].Tokens <= _size.MaxTokens)
            {
                tokens += 1 + pieces[++last].Tokens;
            }

            // A heading at the end of a full chunk belongs to the next one.
            while (last > first && last + 1 < pieces.Count && pieces[last].Block.Kind == BlockKind.Heading)
            {
                last--;
            }

            chunks.Add(new(pieces[first].Start, pieces[last].End, pieces[last].Block.HeadingPath, pieces[first].Block.Page));
            first = last + 1 < pieces.Count ? NextStart(pieces, first, last) : pieces.Count;
        }
    }

    private int NextStart(List<TextPiece> pieces, int first, int last)
    {
        var next = last + 1;
        var overlap = 0;

        // Repeat whole pieces from the end of the chunk, as long as the next new piece still fits beside them.
        while (next - 1 > first
            && overlap + pieces[next - 1].Tokens + 1 <= _size.OverlapTokens
            && overlap + pieces[next - 1].Tokens + 1 + pieces[last + 1].Tokens <= _size.MaxTokens)
        {
            overlap += pieces[--next].Tokens + 1;
        }

        return next;
    }
}
