namespace LocalRag.Benchmarks.Quality;

/// <summary>What one way of searching reached.</summary>
/// <param name="Search">The way.</param>
/// <param name="Questions">On how many questions.</param>
/// <param name="Metrics">All metrics by their full names.</param>
/// <param name="MillisecondsPerQuestion">From a question to its list, all stages together.</param>
internal sealed record QualityRow(string Search, int Questions, IReadOnlyDictionary<string, double> Metrics, double MillisecondsPerQuestion)
{
    /// <summary>A metric by the end of its name.</summary>
    public double Metric(string name) => Metrics.Single(metric => metric.Key.EndsWith("_" + name, StringComparison.Ordinal)).Value;
}
