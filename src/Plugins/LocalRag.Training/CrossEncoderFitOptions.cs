using LocalRag.Training.Evaluators;
using static TorchSharp.torch;

namespace LocalRag.Training;

/// <summary>Parameters of training a cross-encoder.</summary>
public sealed class CrossEncoderFitOptions : FitOptions
{
    /// <summary>What is trained for.</summary>
    /// <value>Null, the default, is binary cross entropy for one label and cross entropy for more.</value>
    public CrossEncoderLoss? Loss { get; set; }

    /// <summary>Applied to the logits before the loss.</summary>
    /// <value>Null, the default, is the loss's own: identity, or the sigmoid for multiple-negatives ranking.</value>
    public Func<Tensor, Tensor>? Activation { get; set; }

    /// <summary>Measures the model during training.</summary>
    /// <value>Null, the default, measures nothing, and the last weights are saved.</value>
    public ICrossEncoderEvaluator? Evaluator { get; set; }

    /// <summary>Labels of the new classification head, where the model has none.</summary>
    /// <value>At least 1; null, the default, takes the model's own count, or 1 for a bare encoder.</value>
    public int? LabelCount { get; set; }

    /// <summary>Dropout before the output layer during training.</summary>
    /// <value>From 0 to below 1; null, the default, takes config.json's.</value>
    public double? ClassifierDropout { get; set; }

    internal new CrossEncoderFitOptions Validate()
    {
        base.Validate();
        AtLeast(LabelCount ?? 1, 1, nameof(LabelCount));
        Check(ClassifierDropout is null or (>= 0 and < 1), nameof(ClassifierDropout), ClassifierDropout ?? 0, "from 0 to below 1");
        return (CrossEncoderFitOptions)MemberwiseClone();
    }
}
