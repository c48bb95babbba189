namespace LocalRag.Connectors.SentenceTransformers.Tokenization;

/// <summary>BERT's normalisation in one pass: clean text, set ideographs apart, decompose and drop accents, lower case.</summary>
internal sealed class BertNormalizer : Normalizer
{
    private readonly bool _cleanText, _spaceIdeographs, _stripAccents, _lowercase;

    public BertNormalizer(bool cleanText, bool spaceIdeographs, bool? stripAccents, bool lowercase)
    {
        _cleanText = cleanText;
        _spaceIdeographs = spaceIdeographs;
        _stripAccents = stripAccents ?? lowercase;
        _lowercase = lowercase;
    }

    /// <summary>The same with the options that tokenizer_config.json names.</summary>
    public BertNormalizer With(TokenizerSettings settings)
    {
        var lowercase = settings.Lowercase ?? _lowercase;
        return new(_cleanText, settings.SpaceIdeographs ?? _spaceIdeographs, settings.StripAccents ?? (settings.Lowercase is null ? _stripAccents : null), lowercase);
    }

    public override bool Apply(TextBuffer source, TextBuffer target)
    {
        var text = source.Chars;
        var order = new MarkOrder();
        for (var i = 0; i < text.Length;)
        {
            var plain = text[i..].IndexOfAnyExceptInRange(' ', '~');
            if (plain < 0)
                plain = text.Length - i;
            if (plain > 0)
            {
                order.Close(target);
                AppendPlain(source, i, plain, target);
                order.Open(target);
                i += plain;
                continue;
            }

            var codePoint = CodePoint.At(text, i, out var length);
            AppendOther(codePoint, source, i, length, target, ref order);
            i += length;
        }

        order.Close(target);
        return true;
    }

    private void AppendPlain(TextBuffer source, int start, int count, TextBuffer target)
    {
        var run = source.Chars.Slice(start, count);
        var room = target.AppendMany(source, start, count);
        if (_lowercase)
            System.Text.Ascii.ToLower(run, room, out _);
        else
            run.CopyTo(room);
    }

    private void AppendOther(int codePoint, TextBuffer source, int start, int count, TextBuffer target, ref MarkOrder order)
    {
        if (_cleanText)
        {
            if (codePoint is '\t' or '\n' or '\r')
                codePoint = ' ';
            else if (codePoint is 0 or 0xFFFD || CodePoint.IsOther(codePoint))
                return;
            else if (CodePoint.IsWhiteSpace(codePoint))
                codePoint = ' ';
        }

        if (_spaceIdeographs && CodePoint.IsBertIdeograph(codePoint))
        {
            order.Close(target);
            target.Append(' ', source, start, 0);
            order.Open(target);
            AppendFolded(codePoint, source, start, count, target, ref order);
            order.Close(target);
            target.Append(' ', source, start + count, 0);
            order.Open(target);
            return;
        }

        AppendFolded(codePoint, source, start, count, target, ref order);
    }

    private void AppendFolded(int codePoint, TextBuffer source, int start, int count, TextBuffer target, ref MarkOrder order)
    {
        if (!_stripAccents)
        {
            AppendLower(codePoint, source, start, count, target);
            return;
        }

        Span<int> parts = stackalloc int[UnicodeNormalization.MaxDecomposition];
        var partCount = UnicodeNormalization.Decompose(codePoint, compatibly: false, parts);
        foreach (var part in parts[..partCount])
        {
            var combining = CodePoint.CombiningClass(part);
            var dropped = CodePoint.IsOldNonSpacingMark(part);
            if (combining == 0)
                order.Close(target);
            if (!dropped)
                AppendLower(part, source, start, count, target);
            if (combining == 0)
                order.Open(target);
            else if (!dropped)
                order.MarkAppended(combining);
        }
    }

    private void AppendLower(int codePoint, TextBuffer source, int start, int count, TextBuffer target)
    {
        if (!_lowercase)
        {
            target.AppendCodePoint(codePoint, source, start, count);
            return;
        }

        target.AppendCodePoint(CodePoint.ToLower(codePoint), source, start, count);
        if (codePoint == CodePoint.CapitalDottedI)
            target.Append((char)CodePoint.CombiningDot, source, start, count);
    }
}
