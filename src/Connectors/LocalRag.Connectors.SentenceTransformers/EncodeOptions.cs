namespace LocalRag.Connectors.SentenceTransformers;

/// <summary>Settings of one call of <see cref="BiEncoder.Encode(IReadOnlyList{string}, EncodeOptions?, CancellationToken)"/>.</summary>
public sealed class EncodeOptions
{
    /// <summary>A text that is put before every text of this call.</summary>
    /// <value>Null (the default) leaves the choice to <see cref="PromptName"/>.</value>
    public string? Prompt { get; set; }

    /// <summary>The name of the model's prompt to use; <see cref="Prompt"/> wins over it.</summary>
    /// <value>Null (the default) takes the model's default prompt, if it has one.</value>
    public string? PromptName { get; set; }

    /// <summary>How many components to keep of each vector. They are not scaled to length 1 again unless <see cref="Normalize"/> says so.</summary>
    /// <value>1 or more; a number above the model's keeps all. Null (the default) keeps what the model was loaded with.</value>
    public int? Dimensions { get; set; }

    /// <summary>Whether the vectors are scaled to length 1, whatever the model does.</summary>
    /// <value>False by default.</value>
    public bool Normalize { get; set; }

    /// <summary>How many texts one run of the graph may hold, inside the token budget.</summary>
    /// <value>1 or more; null (the default) leaves it to the token budget alone.</value>
    public int? BatchSize { get; set; }

    /// <summary>How many threads tokenize.</summary>
    /// <value>1 or more; 0 (the default) takes as many as there are processors.</value>
    public int Workers { get; set; }

    /// <summary>Told after every batch how many texts are done.</summary>
    public IProgress<BatchProgress>? Progress { get; set; }

    internal void Validate()
    {
        if (Dimensions < 1)
            throw new ArgumentOutOfRangeException(nameof(Dimensions), Dimensions, $"Dimensions is {Dimensions}; expected 1 or more, or null.");
        if (BatchSize < 1)
            throw new ArgumentOutOfRangeException(nameof(BatchSize), BatchSize, $"BatchSize is {BatchSize}; expected 1 or more, or null.");
        if (Workers < 0)
            throw new ArgumentOutOfRangeException(nameof(Workers), Workers, $"Workers is {Workers}; expected 0 or more.");
    }
}
