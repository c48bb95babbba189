namespace LocalRag.Plugins.Ingestion.Reading;

/// <summary>Finds the paragraphs of unmarked text: runs of lines between blank ones.</summary>
internal static class BlockScanner
{
    public static void Scan(string text, int start, int end, BlockKind kind, int? page, List<TextBlock> blocks)
    {
        var blockStart = -1;
        var blockEnd = start;
        for (var position = start; position < end;)
        {
            var newline = text.IndexOf('\n', position, end - position);
            var next = newline < 0 ? end : newline + 1;
            var line = text.AsSpan(position, next - position);
            if (line.IsWhiteSpace())
            {
                Flush();
            }
            else
            {
                blockStart = blockStart < 0 ? position : blockStart;
                blockEnd = position + line.TrimEnd().Length;
            }

            position = next;
        }

        Flush();

        void Flush()
        {
            if (blockStart >= 0)
            {
                blocks.Add(new(blockStart, blockEnd, kind, "", page));
                blockStart = -1;
            }
        }
    }
}
