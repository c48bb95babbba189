namespace LocalRag.Connectors.SentenceTransformers.Tokenization;

internal sealed partial class TextTokenizer
{
    /// <summary>Runs all stages but the last two on one text.</summary>
    /// <returns>True if the text was left at <paramref name="limit"/> tokens, with more to come.</returns>
    private bool Tokenize(ReadOnlySpan<char> source, EncodingWorkspace workspace, TokenList tokens, int limit, bool tracks = false)
    {
        tokens.Reset(tracks);
        var text = SourceText.Sanitize(source);
        var search = 0;
        for (var at = 0; at < text.Length;)
        {
            int start = text.Length, end = text.Length;
            var token = _definition.Added.Raw?.FindNext(text, ref search, at, out start, out end);
            if (start > at && TokenizeStretch(text[at..start], at, workspace.Batch, tokens, limit))
                return true;
            if (token is not null)
            {
                tokens.Add(token.Id, 0);
                if (tracks)
                    tokens.SetRange(tokens.Count - 1, start, end);
            }

            at = end;
            if (tokens.Count >= limit && at < text.Length)
                return true;
        }

        return false;
    }

    /// <summary>Normalises, splits and tokenizes the text between two added tokens.</summary>
    private bool TokenizeStretch(ReadOnlySpan<char> stretch, int offset, PieceBatch batch, TokenList tokens, int limit)
    {
        batch.Reset(tokens.Tracks || _definition.PreTokenizer is { NeedsSourceRanges: true });
        batch.Text.AppendSource(stretch, offset);
        if (_definition.Normalizer is not null)
            batch.Normalize(_definition.Normalizer);
        FindNormalizedTokens(batch);
        _definition.PreTokenizer?.Apply(batch);

        var text = batch.Text;
        var pieces = batch.Pieces.Pieces;
        for (var i = 0; i < pieces.Length; i++)
        {
            var piece = pieces[i];
            var first = tokens.Count;
            if (piece.IsToken)
                tokens.Add(piece.TokenId, piece.Length);
            else
                _definition.Model.Tokenize(text.Chars.Slice(piece.Start, piece.Length), tokens);
            if (tokens.Tracks)
                SetSourceRanges(text, piece, tokens, first);
            if (tokens.Count >= limit && i + 1 < pieces.Length)
                return true;
        }

        return false;
    }

    private void FindNormalizedTokens(PieceBatch batch)
    {
        var text = batch.Text.Chars;
        var (at, search) = (0, 0);
        while (_definition.Added.Normalized?.FindNext(text, ref search, at, out var start, out var end) is { } token)
        {
            // A negative length, where the token before took the white space that this one begins with, adds nothing.
            batch.Pieces.Add(at, start - at);
            batch.Pieces.Add(new Piece(start, end - start, token.Id));
            at = end;
        }

        batch.Pieces.Add(at, text.Length - at);
    }

    /// <summary>Turns the ends of tokens in their piece into ranges of the source text.</summary>
    private static void SetSourceRanges(TextBuffer text, Piece piece, TokenList tokens, int first)
    {
        var start = 0;
        for (var i = first; i < tokens.Count; i++)
        {
            var end = tokens.EndOf(i);
            // Byte tokens of one character end where it ends, all of them: the later ones are empty and share its range.
            var from = start < end || end == 0 ? start : end - (char.IsLowSurrogate(text[piece.Start + end - 1]) ? 2 : 1);
            tokens.SetRange(i, text.SourceStart(piece.Start + from), text.SourceEnd(piece.Start + Math.Max(from, end - 1)));
            start = end;
        }
    }
}
