namespace LocalRag.Connectors.SentenceTransformers.Tokenization;

/// <summary>Where <see cref="MetaspacePreTokenizer"/> puts a mark in front.</summary>
internal enum PrependScheme
{
    Never,

    /// <summary>Only at the beginning of the source text.</summary>
    First,

    /// <summary>Before every piece it is given, so after added tokens too.</summary>
    Always,
}
