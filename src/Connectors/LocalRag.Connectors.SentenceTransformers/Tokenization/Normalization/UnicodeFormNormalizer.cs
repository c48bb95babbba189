namespace LocalRag.Connectors.SentenceTransformers.Tokenization;

/// <summary>NFC, NFD, NFKC and NFKD.</summary>
internal sealed class UnicodeFormNormalizer(bool composes, bool compatibly) : Normalizer
{
    public override bool Apply(TextBuffer source, TextBuffer target)
    {
        var text = source.Chars;
        var suspect = FirstSuspect(text);
        if (suspect == text.Length)
            return false;

        // Everything up to the last starter before the suspect is in form already.
        var start = suspect;
        while (start > 0)
        {
            var codePoint = CodePoint.Before(text, start, out var length);
            start -= length;
            if (CodePoint.CombiningClass(codePoint) == 0)
                break;
        }

        target.AppendFrom(source, 0, start);
        Decompose(source, start, target);
        if (composes)
            Compose(target, start);
        return true;
    }

    private void Decompose(TextBuffer source, int start, TextBuffer target)
    {
        var text = source.Chars;
        var order = new MarkOrder();
        order.Open(target);
        Span<int> parts = stackalloc int[UnicodeNormalization.MaxDecomposition];
        for (int i = start, length; i < text.Length; i += length)
        {
            var codePoint = CodePoint.At(text, i, out length);
            var count = UnicodeNormalization.Decompose(codePoint, compatibly, parts);
            foreach (var part in parts[..count])
            {
                var combining = CodePoint.CombiningClass(part);
                if (combining == 0)
                    order.Close(target);
                target.AppendCodePoint(part, source, i, length);
                if (combining == 0)
                    order.Open(target);
                else
                    order.MarkAppended(combining);
            }
        }

        order.Close(target);
    }

    /// <summary>Canonical composition in place: the text only shrinks.</summary>
    private static void Compose(TextBuffer text, int start)
    {
        var chars = text.Chars;
        int starter = -1, starterAt = 0, starterLength = 0, lastClass = -1, write = start;
        for (int read = start, length; read < chars.Length; read += length)
        {
            var codePoint = CodePoint.At(chars, read, out length);
            int combining = CodePoint.CombiningClass(codePoint);
            // A mark is blocked from its starter by one of the same or a higher class, a starter by anything between.
            if (starter >= 0 && lastClass < combining)
            {
                var composite = UnicodeNormalization.Compose(starter, codePoint);
                if (composite >= 0)
                {
                    text.SetComposite(starterAt, starterLength, composite, read, length);
                    starter = composite;
                    continue;
                }
            }

            text.Move(read, write, length);
            if (combining == 0)
            {
                starter = codePoint;
                starterAt = write;
                starterLength = length;
                lastClass = -1;
            }
            else
            {
                lastClass = combining;
            }

            write += length;
        }

        text.Truncate(write);
    }

    private int FirstSuspect(ReadOnlySpan<char> text)
    {
        var flag = (composes, compatibly) switch
        {
            (true, false) => CodePoint.NotNfc,
            (true, true) => CodePoint.NotNfkc,
            (false, false) => CodePoint.Decomposes,
            (false, true) => CodePoint.DecomposesCompatibly,
        };
        var combiningBits = CodePoint.CombiningMask << (int)CodePoint.CombiningShift;
        uint last = 0;
        for (var i = 0; i < text.Length;)
        {
            var ascii = text[i..].IndexOfAnyExceptInRange('\0', '\x7F');
            if (ascii != 0)
            {
                i = ascii < 0 ? text.Length : i + ascii;
                last = 0;
                continue;
            }

            var record = UnicodeTables.Record(CodePoint.At(text, i, out var length));
            var combining = record & combiningBits;
            if ((record & flag) != 0 || combining != 0 && combining < last)
                return i;
            last = combining;
            i += length;
        }

        return text.Length;
    }
}
