namespace LocalRag.Training.Encoder;

/// <summary>Names and order of a classification head: dense, activation, dropout, output layer on the first token.</summary>
/// <param name="DropoutFirst">One more dropout stands before the dense layer.</param>
internal sealed record ClassificationHeadLayout(string Dense, string Output, HeadActivation Activation, bool DropoutFirst)
{
    /// <summary>The dense layer is the encoder's own pooler, saved under its prefix.</summary>
    public bool DenseIsEncoders { get; init; }
}
