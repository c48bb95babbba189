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
        var section = new List<TextBlock>();
        foreach (var block in document.Blocks)
        {
            if (block.Kind == BlockKind.Heading && section.Count > 0 && section[^1].Kind != BlockKind.Heading)
            {
                AddSection(document, section, chunks);
                section.Clear();
            }

            section.Add(block);
        }

        AddSection(document, section, chunks);
        return chunks;
    }

    private void AddSection(DocumentText document, List<TextBlock> section, List<TextChunk> chunks)
    {
        if (section.Count == 0)
        {
            return;
        }

        // A passage is embedded under its headings, so these take their share of the model's limit; a very long path may at most halve it.
        var context = section[^1].HeadingPath is { Length: > 0 } path ? path : document.Title;
        var budget = string.IsNullOrEmpty(context) ? _size.MaxTokens : Math.Max(_size.MaxTokens / 2, _size.MaxTokens - _size.CountTokens(context) - 1);
        var cutter = new PieceCutter(document.Text, _size.CountTokens, budget);
        var pieces = new List<TextPiece>();
        foreach (var block in section)
        {
            cutter.Cut(block, pieces);
        }

        Pack(pieces, budget, chunks);
    }

    private void Pack(List<TextPiece> pieces, int budget, List<TextChunk> chunks)
    {
        var first = 0;
        while (first < pieces.Count)
        {
            var last = first;
            var tokens = pieces[first].Tokens;

            // One token more per joint covers the line break that byte-level tokenizers count.
            while (last + 1 < pieces.Count && tokens + 1 + pieces[last + 1].Tokens <= budget)
            {
                tokens += 1 + pieces[++last].Tokens;
            }

            // A heading at the end of a full chunk belongs to the next one.
            while (last > first && last + 1 < pieces.Count && pieces[last].Block.Kind == BlockKind.Heading)
            {
                last--;
            }

            chunks.Add(new(pieces[first].Start, pieces[last].End, pieces[last].Block.HeadingPath, pieces[first].Block.Page));
            first = last + 1 < pieces.Count ? NextStart(pieces, first, last, budget) : pieces.Count;
        }
    }

    // Repeats whole pieces from the end of the chunk, as long as the next new piece still fits beside them.
    private int NextStart(List<TextPiece> pieces, int first, int last, int budget)
    {
        var next = last + 1;
        var overlap = 0;
        while (next - 1 > first)
        {
            var widened = overlap + pieces[next - 1].Tokens + 1;
            if (widened > _size.OverlapTokens || widened + pieces[last + 1].Tokens > budget)
            {
                break;
            }

            overlap = widened;
            next--;
        }

        return next;
    }
}
