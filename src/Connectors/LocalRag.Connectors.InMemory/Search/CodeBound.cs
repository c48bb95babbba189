namespace LocalRag.Connectors.InMemory;

/// <summary>Turns the integer product of query and code into proven bounds of the fp32 key.</summary>
/// <remarks>
/// q = Step · code(q) + f and x = scale · code(x) + e, so q·x differs from Step · scale · (code(q)·code(x)) by at most
/// ‖f‖·‖x − e‖ + ‖q‖·‖e‖ ≤ ‖f‖·‖x‖ + (‖q‖ + ‖f‖)·‖e‖ (Cauchy-Schwarz). The rounding of the fp32 kernel, at most
/// (d + 16) · 2⁻²³ · ‖q‖·‖x‖, is part of <paramref name="Error"/>. For squared distances the key is
/// 2·q·x − ‖x‖² − ‖q‖², whose own rounding is covered by <paramref name="Rounding"/>.
/// </remarks>
/// <param name="Kind">The metric, which says what is known of ‖x‖: the number itself, 1 (rows of cosine are normalised), or its square.</param>
/// <param name="Step">What one step of the query's code is worth.</param>
/// <param name="Error">Error per unit of ‖x‖.</param>
/// <param name="Norm">Error per unit of ‖e‖.</param>
/// <param name="Square">‖q‖².</param>
/// <param name="Rounding">The relative rounding of squared norms.</param>
internal readonly record struct CodeBound(MetricKind Kind, float Step, float Error, float Norm, float Square, float Rounding)
{
    /// <summary>The key is at most this; NaN proves nothing.</summary>
    public float Upper(int dot, float scale, float error, float aux)
    {
        var product = dot * Step * scale + (Error * RowNorm(aux) + Norm * error);
        return Kind == MetricKind.SquaredEuclidean ? 2 * product - (1 - Rounding) * (Square + aux) : product;
    }

    /// <summary>The key is at least this; NaN proves nothing.</summary>
    public float Lower(int dot, float scale, float error, float aux)
    {
        var product = dot * Step * scale - (Error * RowNorm(aux) + Norm * error);
        return Kind == MetricKind.SquaredEuclidean ? 2 * product - (1 + Rounding) * (Square + aux) : product;
    }

    private float RowNorm(float aux) => Kind switch
    {
        MetricKind.Dot => aux,
        MetricKind.Cosine => 1,
        _ => MathF.Sqrt(aux),
    };
}
