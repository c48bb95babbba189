using System.Buffers;
using System.Runtime.InteropServices;
using Microsoft.ML.Tokenizers;

namespace LocalRag.Connectors.SentenceTransformers.Tokenization;

/// <summary>
/// The tokenizer of a Hugging Face model directory as a <see cref="Tokenizer"/>, for chunkers, token counters and everything else that speaks that type.
/// Its ids equal those of the Python library, with and without ICU.
/// </summary>
/// <remarks>
/// <para>Instances are immutable; concurrent calls are allowed.</para>
/// <para>
/// As with <see cref="BertTokenizer"/>, ids include the model's special tokens unless <see cref="Load"/> was told otherwise, while
/// <see cref="Tokenizer.CountTokens(string, bool, bool)"/> and <see cref="Tokenizer.GetIndexByTokenCount(string, int, out string, out int, bool, bool)"/> never count them.
/// </para>
/// <para>
/// Offsets and indices are UTF-16 positions in the text that was given, not in a normalised copy: the <c>normalizedText</c> that comes back is always null.
/// Normalisation and pre-tokenisation are part of the model and cannot be switched off: asking for that throws <see cref="NotSupportedException"/>.
/// A lone surrogate counts as U+FFFD.
/// </para>
/// </remarks>
public sealed class HuggingFaceTokenizer : Tokenizer
{
    private readonly TextTokenizer _tokenizer;
    private readonly bool _addSpecialTokens;

    private HuggingFaceTokenizer(TextTokenizer tokenizer, bool addSpecialTokens)
    {
        _tokenizer = tokenizer;
        _addSpecialTokens = addSpecialTokens;
    }

    /// <summary>Null: normalisation is not a step that could be run alone.</summary>
    public override Microsoft.ML.Tokenizers.Normalizer? Normalizer => null;

    /// <summary>Null: pre-tokenisation is not a step that could be run alone.</summary>
    public override Microsoft.ML.Tokenizers.PreTokenizer? PreTokenizer => null;

    /// <summary>Reads the tokenizer of a model directory: tokenizer.json, or else vocab.txt, and tokenizer_config.json.</summary>
    /// <param name="directory">The model directory.</param>
    /// <param name="addSpecialTokens">Whether ids include the special tokens that the model expects, such as [CLS] and [SEP].</param>
    /// <exception cref="ArgumentException"><paramref name="directory"/> is null or blank.</exception>
    /// <exception cref="FileNotFoundException">The directory has neither tokenizer.json nor vocab.txt.</exception>
    /// <exception cref="InvalidDataException">A file is damaged or asks for what is not supported; the message names file, key, value found and values supported.</exception>
    public static HuggingFaceTokenizer Load(string directory, bool addSpecialTokens = true) => new(TextTokenizer.Load(directory), addSpecialTokens);

    /// <summary>The text of some ids, special tokens included; ids that the vocabulary lacks are left out.</summary>
    /// <param name="ids">The ids.</param>
    public override string Decode(IEnumerable<int> ids)
    {
        ArgumentNullException.ThrowIfNull(ids);
        return _tokenizer.Decode(ids is int[] array ? array : [.. ids], skipSpecialTokens: false);
    }

    /// <summary>Decodes into a span. All or nothing: if the text does not fit, nothing is written and no id is consumed.</summary>
    /// <param name="ids">The ids.</param>
    /// <param name="destination">Where the text goes.</param>
    /// <param name="idsConsumed">Number of ids decoded.</param>
    /// <param name="charsWritten">Number of chars written.</param>
    public override OperationStatus Decode(IEnumerable<int> ids, Span<char> destination, out int idsConsumed, out int charsWritten)
    {
        ArgumentNullException.ThrowIfNull(ids);
        int[] all = [.. ids];
        var text = _tokenizer.Decode(all, skipSpecialTokens: false);
        var fits = text.TryCopyTo(destination);
        (idsConsumed, charsWritten) = fits ? (all.Length, text.Length) : (0, 0);
        return fits ? OperationStatus.Done : OperationStatus.DestinationTooSmall;
    }

    /// <inheritdoc/>
    protected override EncodeResults<int> EncodeToIds(string? text, ReadOnlySpan<char> textSpan, EncodeSettings settings)
    {
        var source = Source(text, textSpan, settings);
        if (settings.MaxTokenCount == int.MaxValue)
            return new() { Tokens = AsList(_tokenizer.Encode(source, null, _addSpecialTokens).Ids), CharsConsumed = source.Length };

        var room = Math.Max(0, settings.MaxTokenCount - (_addSpecialTokens ? _tokenizer.SpecialTokenCount(pair: false) : 0));
        var consumed = _tokenizer.PrefixLength(source, room, out _);
        return new() { Tokens = AsList(_tokenizer.Encode(source, settings.MaxTokenCount, _addSpecialTokens).Ids), CharsConsumed = consumed };
    }

    /// <inheritdoc/>
    protected override EncodeResults<EncodedToken> EncodeToTokens(string? text, ReadOnlySpan<char> textSpan, EncodeSettings settings)
    {
        var source = Source(text, textSpan, settings);
        var ranges = _tokenizer.EncodeRanges(source, settings.MaxTokenCount);
        var kept = ranges.AsSpan(0, Math.Min(ranges.Length, settings.MaxTokenCount));
        var tokens = new EncodedToken[kept.Length];
        for (var i = 0; i < tokens.Length; i++)
            tokens[i] = new(kept[i].Id, _tokenizer.IdToToken(kept[i].Id) ?? "", kept[i].Start..kept[i].End);
        return new() { Tokens = tokens, CharsConsumed = kept.Length == ranges.Length ? source.Length : kept.Length == 0 ? 0 : kept[^1].End };
    }

    /// <inheritdoc/>
    protected override int CountTokens(string? text, ReadOnlySpan<char> textSpan, EncodeSettings settings) =>
        Math.Min(_tokenizer.CountTokens(Source(text, textSpan, settings), addSpecialTokens: false), settings.MaxTokenCount);

    /// <inheritdoc/>
    protected override int GetIndexByTokenCount(string? text, ReadOnlySpan<char> textSpan, EncodeSettings settings, bool fromEnd, out string? normalizedText, out int tokenCount)
    {
        normalizedText = null;
        var source = Source(text, textSpan, settings);
        return fromEnd ? _tokenizer.SuffixStart(source, settings.MaxTokenCount, out tokenCount) : _tokenizer.PrefixLength(source, settings.MaxTokenCount, out tokenCount);
    }

    private static ReadOnlySpan<char> Source(string? text, ReadOnlySpan<char> textSpan, EncodeSettings settings)
    {
        if (!settings.ConsiderNormalization || !settings.ConsiderPreTokenization)
            throw new NotSupportedException("Normalisation and pre-tokenisation belong to a Hugging Face tokenizer: leave considerNormalization and considerPreTokenization true.");
        return text is null ? textSpan : text;
    }

    private static int[] AsList(ReadOnlyMemory<int> ids) => MemoryMarshal.TryGetArray(ids, out var segment) && segment.Array is { } array && segment.Count == array.Length ? array : ids.ToArray();
}
