namespace LocalRag.Training.Weights;

/// <summary>First values of a new parameter.</summary>
internal enum ParameterStart
{
    /// <summary>Normal, mean 0, standard deviation <c>initializer_range</c>.</summary>
    Normal,

    /// <summary>Zero: biases.</summary>
    Zero,

    /// <summary>One: the gains of layer norms.</summary>
    One,
}
