namespace LocalRag.Training;

/// <summary>One training example: its texts, and what is known about them.</summary>
/// <remarks>
/// What the texts and labels mean depends on the loss: a pair and its label; a query, its positive and hard negatives;
/// a query, its documents and one label for each; a text and its teacher vector. Immutable.
/// </remarks>
public sealed class InputExample
{
    /// <summary>An example with one label: a pair and its relevance, class or similarity.</summary>
    /// <param name="texts">The texts, none null.</param>
    /// <param name="label">The label; for classes the index of the class.</param>
    /// <exception cref="ArgumentException">There is no text, or a text is null, or the label is not a finite number.</exception>
    public InputExample(IReadOnlyList<string> texts, float label)
        : this(texts, [label])
    {
    }

    /// <summary>An example without a label, for losses that learn from the texts' order alone.</summary>
    /// <param name="texts">The texts, none null.</param>
    /// <exception cref="ArgumentException">There is no text, or a text is null.</exception>
    public InputExample(IReadOnlyList<string> texts)
        : this(texts, [])
    {
    }

    /// <summary>An example with any number of labels.</summary>
    /// <param name="texts">The texts, none null.</param>
    /// <param name="labels">The labels, a teacher's scores or its vector; empty where the loss needs none.</param>
    /// <exception cref="ArgumentException">There is no text, or a text is null, or a label is not a finite number.</exception>
    public InputExample(IReadOnlyList<string> texts, IReadOnlyList<float> labels)
    {
        ArgumentNullException.ThrowIfNull(texts);
        if (texts.Count == 0 || texts.Contains(null!))
        {
            throw new ArgumentException("An example needs at least one text and no null among them.", nameof(texts));
        }

        ArgumentNullException.ThrowIfNull(labels);
        foreach (float label in labels)
        {
            if (!float.IsFinite(label))
            {
                throw new ArgumentException($"Labels must be finite numbers, found {label}.", nameof(labels));
            }
        }

        Texts = texts;
        Labels = labels;
    }

    /// <summary>The texts, at least one.</summary>
    public IReadOnlyList<string> Texts { get; }

    /// <summary>The labels; empty where the example has none.</summary>
    public IReadOnlyList<float> Labels { get; }
}
