namespace LocalRag.Connectors.SentenceTransformers.Tokenization;

/// <summary>Token ids of one text or of one pair, as the model's tokenizer makes them, without padding.</summary>
/// <param name="ids">Ids in model order, special tokens included where they were asked for.</param>
/// <param name="typeIds">One type id per token, or null where all are zero.</param>
/// <param name="truncated">True if tokens were cut off to keep the length asked for.</param>
internal sealed class TextEncoding(int[] ids, int[]? typeIds, bool truncated)
{
    /// <summary>Ids in model order.</summary>
    public ReadOnlyMemory<int> Ids { get; } = ids;

    /// <summary>True if some type id is not zero.</summary>
    public bool HasTypeIds => typeIds is not null;

    /// <summary>One type id per token; empty if <see cref="HasTypeIds"/> is false, which means that all are zero.</summary>
    public ReadOnlyMemory<int> TypeIds { get; } = typeIds;

    /// <summary>True if tokens were cut off to keep the length asked for.</summary>
    public bool Truncated { get; } = truncated;
}
