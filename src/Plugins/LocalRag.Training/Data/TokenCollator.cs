using LocalRag.Connectors.SentenceTransformers.ModelDirectory;
using LocalRag.Connectors.SentenceTransformers.Tokenization;
using LocalRag.Training.Encoder;

namespace LocalRag.Training.Data;

/// <summary>Texts or pairs to a batch padded to its longest row. Immutable and thread-safe.</summary>
internal sealed class TokenCollator
{
    private readonly TextTokenizer _tokenizer;

    private readonly bool _lowercases;

    private TokenCollator(TextTokenizer tokenizer, int maxTokens, bool feedsTokenTypes, bool lowercases) =>
        (_tokenizer, MaxTokens, FeedsTokenTypes, _lowercases) = (tokenizer, maxTokens, feedsTokenTypes, lowercases);

    /// <summary>The collator of a model directory; null for <paramref name="maxLength"/> takes the model's own limit.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The length asked for is more than the model has positions for.</exception>
    public static TokenCollator Load(ModelManifest manifest, EncoderConfiguration configuration, int? maxLength)
    {
        if (maxLength > configuration.UsablePositions)
        {
            throw new ArgumentOutOfRangeException(nameof(maxLength), maxLength, $"MaxLength must be {configuration.UsablePositions} or less: the model has no more positions.");
        }

        var tokenizer = TextTokenizer.Load(manifest.Directory);
        int maximum = Math.Min(manifest.MaxTokens(maxLength, tokenizer.ModelMaxLength) ?? int.MaxValue, configuration.UsablePositions);
        return new(tokenizer, maximum, TokenTypeInput.IsFed(manifest.Directory), manifest.LowercasesFirst);
    }

    /// <summary>Longer rows are truncated, pairs longest first.</summary>
    public int MaxTokens { get; }

    /// <summary>False where Python's tokenizer does not hand token types to the model, so that all are 0.</summary>
    public bool FeedsTokenTypes { get; }

    /// <summary>The padded batch of texts or pairs.</summary>
    public TokenTensors Collate(IReadOnlyList<TextItem> items) => Pad([.. items.Select(Encode)]);

    private TextEncoding Encode(TextItem item) => item.Second is null
        ? _tokenizer.Encode(Clean(item.First), MaxTokens)
        : _tokenizer.EncodePair(Clean(item.First), Clean(item.Second), MaxTokens);

    private string Clean(string text) => _lowercases ? text.ToLowerInvariant() : text;

    private TokenTensors Pad(TextEncoding[] rows)
    {
        int length = rows.Max(r => r.Ids.Length);
        long[] ids = new long[rows.Length * length];
        long[] mask = new long[ids.Length];
        long[] typeIds = new long[ids.Length];
        Array.Fill(ids, _tokenizer.PadTokenId);
        Array.Fill(typeIds, FeedsTokenTypes ? _tokenizer.PadTokenTypeId : 0);
        for (int i = 0; i < rows.Length; i++)
        {
            // Right padding whatever the tokenizer prefers: these architectures are trained with it.
            Widen(rows[i].Ids.Span, ids.AsSpan(i * length, length));
            mask.AsSpan(i * length, rows[i].Ids.Length).Fill(1);
            if (FeedsTokenTypes && rows[i].HasTypeIds)
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
