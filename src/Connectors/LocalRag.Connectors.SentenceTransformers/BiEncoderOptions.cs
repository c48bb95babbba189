namespace LocalRag.Connectors.SentenceTransformers;

/// <summary>What a <see cref="BiEncoder"/> does differently from what its directory says.</summary>
public sealed class BiEncoderOptions : SentenceTransformerOptions
{
    /// <summary>How many components every vector keeps, for models that allow it (Matryoshka); shortened vectors are scaled to length 1 again where the model normalises.</summary>
    /// <value>1 up to the model's own number; null (the default) takes the model's choice, which is mostly all.</value>
    public int? Dimensions { get; set; }

    internal BiEncoderOptions Validated()
    {
        ValidateCommon();
        AtLeastOne(Dimensions, nameof(Dimensions));
        var copy = new BiEncoderOptions { Dimensions = Dimensions };
        CopyTo(copy);
        return copy;
    }
}
