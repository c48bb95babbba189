using LocalRag.Training.Evaluators;

namespace LocalRag.Training;

/// <summary>Parameters of training a bi-encoder.</summary>
public sealed class BiEncoderFitOptions : FitOptions
{
    /// <summary>What is trained for.</summary>
    /// <value>Null, the default, is multiple-negatives ranking.</value>
    public BiEncoderLoss? Loss { get; set; }

    /// <summary>Measures the model during training.</summary>
    /// <value>Null, the default, measures nothing, and the last weights are saved.</value>
    public IBiEncoderEvaluator? Evaluator { get; set; }

    internal new BiEncoderFitOptions Validate()
    {
        base.Validate();
        return (BiEncoderFitOptions)MemberwiseClone();
    }
}
