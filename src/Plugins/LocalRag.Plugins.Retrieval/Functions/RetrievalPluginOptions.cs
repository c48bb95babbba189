namespace LocalRag.Plugins.Retrieval;

/// <summary>What <see cref="RetrievalPlugin"/> offers to prompts and models.</summary>
/// <typeparam name="TRecord">The record type.</typeparam>
public sealed class RetrievalPluginOptions<TRecord>
    where TRecord : class
{
    /// <summary>Name of the plug-in.</summary>
    /// <value>Letters, digits and underscores; <c>Documents</c> by default.</value>
    public string PluginName { get; set; } = "Documents";

    /// <summary>What a model is told that it will find.</summary>
    /// <value>A general sentence by default; say here what the documents are about, models decide by it whether to search.</value>
    public string Description { get; set; } = "Searches the user's documents and returns the passages that answer a question best.";

    /// <summary>Filters that a model or a prompt may set, each an optional parameter of its own.</summary>
    /// <value>Empty by default.</value>
    public IList<SearchFilterParameter<TRecord>> Filters { get; } = [];

    /// <summary>The most passages that one call may ask for, so that a model cannot flood its own context.</summary>
    /// <value>1 to 10,000; 20 by default.</value>
    public int MaxCount { get; set; } = 20;

    /// <summary>How the passages are put into text.</summary>
    public PromptContextOptions Context { get; set; } = new();
}
