namespace LocalRag.Training;

/// <summary>How the learning rate moves over the steps; the names are sentence-transformers'.</summary>
public enum LearningRateSchedule
{
    /// <summary><c>constantlr</c>: the full rate from the first step.</summary>
    Constant,

    /// <summary><c>warmupconstant</c>: from 0 to the full rate over the warm-up, then constant.</summary>
    WarmupConstant,

    /// <summary><c>warmuplinear</c>: from 0 to the full rate over the warm-up, then linearly to 0.</summary>
    WarmupLinear,

    /// <summary><c>warmupcosine</c>: after the warm-up half a cosine to 0.</summary>
    WarmupCosine,

    /// <summary><c>warmupcosinewithhardrestarts</c>: after the warm-up cosines with restarts; as there, one cycle.</summary>
    WarmupCosineWithHardRestarts,
}
