namespace LocalRag.Plugins.Retrieval;

/// <summary>How passages are put into a prompt.</summary>
public sealed class PromptContextOptions
{
    /// <summary>How many tokens the passages may take, their delimiters included.</summary>
    /// <value>1 or more; 3,000 by default.</value>
    public int MaxTokens { get; set; } = 3000;

    /// <summary>Counts tokens as the model that reads the prompt does.</summary>
    /// <value>Null (the default) reckons one token per four UTF-16 units, rounded up: near enough for English, too few for most other scripts.</value>
    public Func<string, int>? CountTokens { get; set; }

    /// <summary>Gives each passage its neighbours' text too, where the retrieval fetched them.</summary>
    /// <value>True by default.</value>
    public bool IncludeNeighbours { get; set; } = true;
}
