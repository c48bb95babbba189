using Microsoft.Extensions.AI;

namespace LocalRag.Plugins.Ingestion;

/// <summary>How long chunks become, counted by the model's own tokenizer.</summary>
/// <remarks>Immutable; safe for concurrent use if <see cref="CountTokens"/> is.</remarks>
public sealed class ChunkSize
{
    private const int MostUseful = 512;

    /// <summary>Creates a chunk size.</summary>
    /// <param name="maxTokens">The most tokens of a chunk, at least 8: the model's limit less its prompt and special tokens.</param>
    /// <param name="overlapTokens">About how many tokens a chunk repeats of its predecessor, where a section had to be cut; less than half of <paramref name="maxTokens"/>. Null takes an eighth.</param>
    /// <param name="countTokens">Counts the tokens of a text without special tokens. Null estimates one token for each four characters, the mean of English text.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is outside its range.</exception>
    public ChunkSize(int maxTokens, int? overlapTokens = null, Func<string, int>? countTokens = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxTokens, 8);
        MaxTokens = maxTokens;
        OverlapTokens = overlapTokens ?? maxTokens / 8;
        ArgumentOutOfRangeException.ThrowIfNegative(OverlapTokens, nameof(overlapTokens));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(OverlapTokens, maxTokens / 2, nameof(overlapTokens));
        CountTokens = countTokens ?? (static text => (text.Length + 3) / 4);
    }

    /// <summary>The chunk size that suits a generator: all that its model reads of one text, counted by its own tokenizer.</summary>
    /// <param name="generator">The generator; one that does not know its limit (see <see cref="TextLimit"/>) gets 256 estimated tokens.</param>
    /// <param name="maxTokens">Fewer tokens than the model reads; null takes its limit, and never more than 512, beyond which a passage says too many things.</param>
    /// <param name="overlapTokens">See the constructor.</param>
    public static ChunkSize For(IEmbeddingGenerator generator, int? maxTokens = null, int? overlapTokens = null)
    {
        ArgumentNullException.ThrowIfNull(generator);
        var limit = generator.GetService(typeof(TextLimit)) as TextLimit;
        var most = limit?.MaxTokens ?? (limit is null ? 256 : MostUseful);
        return new(Math.Min(maxTokens ?? MostUseful, most), overlapTokens, limit?.CountTokens);
    }

    /// <summary>The most tokens of a chunk.</summary>
    public int MaxTokens { get; }

    /// <summary>About how many tokens a chunk repeats of its predecessor where a section had to be cut.</summary>
    public int OverlapTokens { get; }

    /// <summary>Counts the tokens of a text without special tokens.</summary>
    public Func<string, int> CountTokens { get; }
}
