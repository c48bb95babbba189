namespace LocalRag.Connectors.SentenceTransformers;

/// <summary>The functions that turn a model's raw outputs into scores; each has the meaning of the PyTorch class of its name.</summary>
public enum ActivationFunction
{
    /// <summary>The output itself: any number.</summary>
    Identity,

    /// <summary>1 / (1 + exp(-x)): 0 to 1.</summary>
    Sigmoid,

    /// <summary>The exponentials of all labels, divided by their sum: 0 to 1, together 1. With one label always 1.</summary>
    Softmax,

    /// <summary>The hyperbolic tangent: -1 to 1.</summary>
    Tanh,

    /// <summary>max(x, 0).</summary>
    ReLU,

    /// <summary>x times the normal distribution function of x, the exact (erf) form.</summary>
    GELU,

    /// <summary>x times sigmoid(x), also called swish.</summary>
    SiLU,
}
