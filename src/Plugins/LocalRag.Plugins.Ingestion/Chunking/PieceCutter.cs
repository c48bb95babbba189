using LocalRag.Plugins.Retrieval.Answering;

namespace LocalRag.Plugins.Ingestion.Chunking;

/// <summary>Cuts blocks into pieces of at most the chunk size: whole, else by sentence or line, else by words, else by characters.</summary>
internal readonly struct PieceCutter(string text, Func<string, int> countTokens, int maxTokens)
{
    // Longer stretches are never counted as a whole: a file of one endless paragraph would be tokenized at once, for a number that is known to be
    // too large. Tokens of this mean length occur in no language.
    private const int MostCharactersPerToken = 256;

    public void Cut(TextBlock block, List<TextPiece> pieces)
    {
        if (TryWhole(block.Start, block.End, block, pieces))
        {
            return;
        }

        if (block.Kind == BlockKind.Code)
        {
            CutLines(block, pieces);
            return;
        }

        foreach (var sentence in SentenceSplitter.Split(text, block.Start, block.End))
        {
            var (start, end) = (sentence.Start.Value, sentence.End.Value);
            if (!TryWhole(start, end, block, pieces))
            {
                CutWords(start, end, block, pieces);
            }
        }
    }

    private void CutLines(TextBlock block, List<TextPiece> pieces)
    {
        for (var start = block.Start; start < block.End;)
        {
            var newline = text.IndexOf('\n', start, block.End - start);
            var end = newline < 0 ? block.End : newline;
            if (!text.AsSpan(start, end - start).IsWhiteSpace() && !TryWhole(start, end, block, pieces))
            {
                CutWords(start, end, block, pieces);
            }

            start = end + 1;
        }
    }

    private bool TryWhole(int start, int end, TextBlock block, List<TextPiece> pieces)
    {
        if ((end - start) / MostCharactersPerToken > maxTokens || countTokens(text[start..end]) is var tokens && tokens > maxTokens)
        {
            return false;
        }

        pieces.Add(new(start, end, tokens, block));
        return true;
    }

    // Takes ever the longest run that fits. The estimate from the mean length of a token makes two or three counts per piece the rule.
    private void CutWords(int start, int end, TextBlock block, List<TextPiece> pieces)
    {
        while (start < end)
        {
            var length = Math.Min(end - start, maxTokens * 4);
            var stop = start + length;
            int tokens;
            while (true)
            {
                stop = WordBoundary(start, stop, end);
                tokens = countTokens(text[start..stop]);
                if (tokens <= maxTokens || stop - start <= 1)
                {
                    break;
                }

                stop = start + Math.Max(1, (int)((stop - start) * 0.9 * maxTokens / tokens));
            }

            pieces.Add(new(start, stop, tokens, block));
            start = stop;
            while (start < end && char.IsWhiteSpace(text[start]))
            {
                start++;
            }
        }
    }

    private int WordBoundary(int start, int stop, int end)
    {
        if (stop >= end)
        {
            return end;
        }

        var space = stop;
        while (space > start && !char.IsWhiteSpace(text[space]))
        {
            space--;
        }

        if (space > start)
        {
            while (space > start && char.IsWhiteSpace(text[space - 1]))
            {
                space--;
            }
        }

        if (space > start)
        {
            return space;
        }

        // One endless word: cut it anywhere but inside a surrogate pair.
        return char.IsHighSurrogate(text[stop - 1]) && stop - 1 > start ? stop - 1 : stop;
    }
}
