namespace LocalRag.Connectors.InMemory;

/// <summary>Turns the integer product of query and code into an upper bound of the fp32 key.</summary>
/// <remarks>
/// q = Step · q16 + f and x = scale · code + e, so q·x ≤ scale · Step · (q16·code) + ‖f‖·‖scale·code‖ + ‖q‖·‖e‖, and
/// ‖scale·code‖ ≤ scale · 127 · √d. Slack adds the rounding of the fp32 kernel, at most (d + 16) · 2⁻²³ · ‖q‖·‖x‖.
/// For squared distances the key is 2·q·x − ‖x‖² − ‖q‖², whose own rounding is covered the same way.
/// </remarks>
/// <param name="Step">What one step of the 16-bit query is worth.</param>
/// <param name="Slack">Added per unit of scale.</param>
/// <param name="Norm">The query's norm, times the row's error.</param>
/// <param name="Factor">1, or 2 for squared distances.</param>
/// <param name="Offset">0, or minus the squared norm of the query.</param>
/// <param name="AuxFactor">0, or minus one for the squared norm of the row.</param>
internal readonly record struct CodeBound(float Step, float Slack, float Norm, float Factor, float Offset, float AuxFactor)
{
    public float Upper(int dot, float scale, float error, float aux) =>
        ((dot * Step + Slack) * scale + Norm * error) * Factor + Offset + AuxFactor * aux;
}
