using LocalRag.Connectors.SentenceTransformers.Tokenization;

namespace LocalRag.Connectors.SentenceTransformers;

/// <summary>What a <see cref="CrossEncoder"/> does differently from what its directory says.</summary>
public sealed class CrossEncoderOptions : SentenceTransformerOptions
{
    /// <summary>How many labels the model is expected to have.</summary>
    /// <value>1 or more; null (the default) takes the model's own number. Another number than the model's is refused: a classifier head cannot be made up.</value>
    public int? NumLabels { get; set; }

    /// <summary>The function that turns the model's outputs into scores.</summary>
    /// <value>Null (the default) takes the one that the directory names, or else sigmoid for one label and identity for several.</value>
    public ActivationFunction? Activation { get; set; }

    /// <summary>Which text of a pair that is too long is shortened.</summary>
    /// <value><see cref="TruncationStrategy.LongestFirst"/> by default, as in Python.</value>
    public TruncationStrategy Truncation { get; set; } = TruncationStrategy.LongestFirst;

    /// <summary>The dropout of the classifier head. Only training uses it; it is kept with the model and saved with it.</summary>
    /// <value>0 to 1; null (the default) takes the model's own.</value>
    public double? ClassifierDropout { get; set; }

    internal CrossEncoderOptions Validated()
    {
        ValidateCommon();
        AtLeastOne(NumLabels, nameof(NumLabels));
        if (Activation is { } activation && !Enum.IsDefined(activation))
            throw new ArgumentOutOfRangeException(nameof(Activation), activation, "Expected a member of ActivationFunction.");
        if (!Enum.IsDefined(Truncation))
            throw new ArgumentOutOfRangeException(nameof(Truncation), Truncation, "Expected a member of TruncationStrategy.");
        if (ClassifierDropout is not (null or (>= 0 and <= 1)))
            throw new ArgumentOutOfRangeException(nameof(ClassifierDropout), ClassifierDropout, $"ClassifierDropout is {ClassifierDropout}; expected 0 to 1, or null.");
        var copy = new CrossEncoderOptions { NumLabels = NumLabels, Activation = Activation, Truncation = Truncation, ClassifierDropout = ClassifierDropout };
        CopyTo(copy);
        return copy;
    }
}
