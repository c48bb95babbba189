namespace LocalRag.Connectors.InMemory;

/// <summary>Makes the codes of queries and the bounds that go with them.</summary>
internal static class QueryEncoder
{
    /// <summary>False for queries that codes cannot bound: zero, not finite, or of extreme size.</summary>
    public static bool CanEncode(float norm, float largest) => float.IsFinite(norm * norm) && norm > 1e-15f && largest > 1e-25f;

    /// <summary>The code of a component, from -range to range, and what it leaves out.</summary>
    public static (int Code, double Remainder) Quantize(float value, float step, int range)
    {
        var code = Math.Clamp((int)Math.Round(value / (double)step), -range, range);
        return (code, value - (double)step * code);
    }

    /// <param name="kind">The metric.</param>
    /// <param name="dimensions">The length of the query.</param>
    /// <param name="step">What one step of the code is worth.</param>
    /// <param name="squares">The sum of the squares of what the code leaves out.</param>
    /// <param name="norm">The norm of the query.</param>
    public static CodeBound Bound(MetricKind kind, int dimensions, float step, double squares, float norm)
    {
        var rounding = (dimensions + 16) * 1.2e-7;
        var error = (Math.Sqrt(squares) * 1.001 + 2 * rounding * norm) * (1 + 4 * rounding);
        return new CodeBound(kind, step, (float)error, (float)((norm + error) * (1 + 4 * rounding)), norm * norm, (float)(4 * rounding));
    }
}
