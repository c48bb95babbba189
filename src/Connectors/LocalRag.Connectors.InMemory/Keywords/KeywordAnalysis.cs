namespace LocalRag.Connectors.InMemory;

/// <summary>How text becomes terms for keyword search.</summary>
public enum KeywordAnalysis
{
    /// <summary>Words by Unicode rules, lower-cased; overlapping pairs of characters for Chinese, Japanese and Korean. Suits every language.</summary>
    Standard,

    /// <summary>As <see cref="Standard"/>, without 33 frequent English words.</summary>
    EnglishStopWords,

    /// <summary>As <see cref="EnglishStopWords"/>, without possessive endings and reduced to Porter stems. Best for English text.</summary>
    English,
}
