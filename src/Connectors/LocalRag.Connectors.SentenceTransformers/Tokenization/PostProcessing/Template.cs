namespace LocalRag.Connectors.SentenceTransformers.Tokenization;

/// <summary>How texts and special tokens are put together. Every post-processor comes down to two of these, for one text and for a pair.</summary>
internal sealed class Template(params TemplatePart[] parts)
{
    public IReadOnlyList<TemplatePart> Parts => parts;

    /// <summary>Number of special tokens.</summary>
    public int SpecialCount { get; } = parts.Sum(p => p.SpecialIds?.Length ?? 0);

    /// <summary>The same without special tokens, which changes no type id.</summary>
    public Template WithoutSpecials() => new([.. parts.Where(p => p.SpecialIds is null)]);

    /// <summary>Assembles the ids.</summary>
    /// <param name="first">Ids of the first text, truncated already.</param>
    /// <param name="second">Ids of the second text; empty for a single text.</param>
    /// <param name="truncated">Whether tokens were cut off, for the result.</param>
    public TextEncoding Assemble(ReadOnlySpan<int> first, ReadOnlySpan<int> second, bool truncated)
    {
        var length = 0;
        var hasTypes = false;
        foreach (var part in parts)
        {
            var count = part.SpecialIds?.Length ?? (part.Sequence == 0 ? first : second).Length;
            length += count;
            hasTypes |= part.TypeId != 0 && count > 0;
        }

        var ids = new int[length];
        var types = hasTypes ? new int[length] : null;
        var at = 0;
        foreach (var part in parts)
        {
            var source = part.SpecialIds ?? (part.Sequence == 0 ? first : second);
            source.CopyTo(ids.AsSpan(at));
            types?.AsSpan(at, source.Length).Fill(part.TypeId);
            at += source.Length;
        }

        return new(ids, types, truncated);
    }
}
