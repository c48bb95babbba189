using LocalRag.Connectors.SentenceTransformers.Tokenization;
using LocalRag.Training.Encoder;

namespace LocalRag.Training.Data;

/// <summary>Texts or pairs to a batch padded to its longest row. Immutable and thread-safe.</summary>
internal sealed class TokenCollator
{
    private readonly TextTokenizer _tokenizer;

    public TokenCollator(TextTokenizer tokenizer, int maxTokens)
    {
        (_tokenizer, MaxTokens) = (tokenizer, maxTokens);
    }

    /// <summary>Longer rows are truncated, pairs longest first.</summary>
    public int MaxTokens { get; }

    /// <summary>Pairs, stripped of white space at both ends as Python's collate function does.</summary>
    public TokenTensors Pairs(IReadOnlyList<(string First, string Second)> pairs) =>
        Pad([.. pairs.Select(p => _tokenizer.EncodePair(p.First.Trim(), p.Second.Trim(), MaxTokens))]);

    /// <summary>Single texts, stripped of white space at both ends.</summary>
    public TokenTensors Texts(IReadOnlyList<string> texts) =>
        Pad([.. texts.Select(t => _tokenizer.Encode(t.Trim(), MaxTokens))]);

    private TokenTensors Pad(TextEncoding[] rows)
    {
        int length = rows.Max(r => r.Ids.Length);
        long[] ids = new long[rows.Length * length];
        long[] mask = new long[ids.Length];
        long[] typeIds = new long[ids.Length];
        Array.Fill(ids, _tokenizer.PadTokenId);
        Array.Fill(typeIds, _tokenizer.PadTokenTypeId);
        for (int i = 0; i < rows.Length; i++)
        {
            // Right padding whatever the tokenizer prefers: these architectures are trained with it.
            Widen(rows[i].Ids.Span, ids.AsSpan(i * length, length));
            mask.AsSpan(i * length, rows[i].Ids.Length).Fill(1);
            if (rows[i].HasTypeIds)
            {
                Widen(rows[i].TypeIds.Span, typeIds.AsSpan(i * length, length));
            }
            else
            {
                typeIds.AsSpan(i * length, rows[i].Ids.Length).Clear();
            }
        }

        return TokenTensors.Create(ids, mask, typeIds, rows.Length);
    }

    private static void Widen(ReadOnlySpan<int> source, Span<long> target)
    {
        for (int i = 0; i < source.Length; i++)
        {
            target[i] = source[i];
        }
    }
}
