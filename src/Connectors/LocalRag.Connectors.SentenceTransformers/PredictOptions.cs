namespace LocalRag.Connectors.SentenceTransformers;

/// <summary>Settings of one call of a <see cref="CrossEncoder"/>.</summary>
public sealed class PredictOptions
{
    /// <summary>How many pairs one run of the graph may hold, inside the token budget.</summary>
    /// <value>1 or more; 32 by default.</value>
    public int BatchSize { get; set; } = 32;

    /// <summary>The function that turns outputs into scores in this call.</summary>
    /// <value>Null (the default) takes the model's own.</value>
    public ActivationFunction? Activation { get; set; }

    /// <summary>Whether a softmax over the labels follows the activation.</summary>
    /// <value>False by default.</value>
    public bool ApplySoftmax { get; set; }

    /// <summary>A text that is put before the first text of every pair.</summary>
    /// <value>Null (the default) leaves the choice to <see cref="PromptName"/>.</value>
    public string? Prompt { get; set; }

    /// <summary>The name of the model's prompt to use; <see cref="Prompt"/> wins over it.</summary>
    /// <value>Null (the default) takes the model's default prompt, if it has one.</value>
    public string? PromptName { get; set; }

    /// <summary>The most tokens of a pair in this call.</summary>
    /// <value>1 or more; null (the default) takes what the model was loaded with.</value>
    public int? MaxTokens { get; set; }

    /// <summary>How many threads tokenize.</summary>
    /// <value>1 or more; 0 (the default) takes as many as there are processors.</value>
    public int Workers { get; set; }

    /// <summary>Told after every batch how many pairs are done.</summary>
    public IProgress<BatchProgress>? Progress { get; set; }

    internal void Validate()
    {
        if (BatchSize < 1)
            throw new ArgumentOutOfRangeException(nameof(BatchSize), BatchSize, $"BatchSize is {BatchSize}; expected 1 or more.");
        if (Activation is { } activation && !Enum.IsDefined(activation))
            throw new ArgumentOutOfRangeException(nameof(Activation), activation, "Expected a member of ActivationFunction.");
        if (MaxTokens < 1)
            throw new ArgumentOutOfRangeException(nameof(MaxTokens), MaxTokens, $"MaxTokens is {MaxTokens}; expected 1 or more, or null.");
        if (Workers < 0)
            throw new ArgumentOutOfRangeException(nameof(Workers), Workers, $"Workers is {Workers}; expected 0 or more.");
    }
}
