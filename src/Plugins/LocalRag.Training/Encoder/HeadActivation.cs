namespace LocalRag.Training.Encoder;

/// <summary>What stands between the two layers of a classification head.</summary>
internal enum HeadActivation
{
    Tanh,
    Relu,
}
