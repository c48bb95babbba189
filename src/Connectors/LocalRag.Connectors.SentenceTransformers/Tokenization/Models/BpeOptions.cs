namespace LocalRag.Connectors.SentenceTransformers.Tokenization;

/// <summary>The switches of byte-pair encoding in tokenizer.json.</summary>
/// <param name="Unknown">Id for chars that are no token; null to leave them out, <see cref="UnknownIsMissing"/> to refuse a text that has one.</param>
/// <param name="ContinuingPrefix">Prefix of tokens that do not begin a word.</param>
/// <param name="EndSuffix">Suffix of tokens that end a word.</param>
/// <param name="FuseUnknown">True to write a run of unknown chars as one token.</param>
/// <param name="ByteFallback">True to write an unknown char as its UTF-8 bytes.</param>
/// <param name="IgnoreMerges">True to take a word that is a token as it is.</param>
internal sealed record BpeOptions(int? Unknown, string ContinuingPrefix, string EndSuffix, bool FuseUnknown, bool ByteFallback, bool IgnoreMerges)
{
    /// <summary>An unknown token is named, but the vocabulary lacks it.</summary>
    public const int UnknownIsMissing = -1;
}
