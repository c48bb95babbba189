namespace LocalRag.Plugins.Retrieval;

/// <summary>What all ways of reranking a search have in common.</summary>
/// <remarks>The component that takes the options keeps its own copy; later changes do not reach it.</remarks>
public class RerankingOptions
{
    /// <summary>How many results of the first search the reranker sees.</summary>
    /// <value>1 to 10,000; 20 by default. More finds more and costs in proportion.</value>
    public int Candidates { get; set; } = 20;

    /// <summary>How many results are kept where the caller does not say a count.</summary>
    /// <value>1 to 10,000; 5 by default.</value>
    public int Top { get; set; } = 5;

    /// <summary>Weight of the reranker's rank against the rank of the first search, see <see cref="RankBlend"/>.</summary>
    /// <value>A finite number of 0 or more; 2 by default.</value>
    public double RerankWeight { get; set; } = RankBlend.DefaultRerankWeight;

    /// <summary>Orders by the reranker alone instead of the blend of both ranks.</summary>
    /// <value>False by default; true suits a large reranker, or a weak first search.</value>
    public bool RerankerOnly { get; set; }

    /// <summary>The lowest score that is kept, on the reranker's own scale.</summary>
    /// <value>Any number but NaN; null (the default) keeps all.</value>
    public float? ScoreThreshold { get; set; }

    /// <summary>How long one call of the reranker may take.</summary>
    /// <value>More than zero; null (the default) waits as long as the caller does.</value>
    public TimeSpan? Timeout { get; set; }

    /// <summary>What happens when the reranker throws, exceeds <see cref="Timeout"/> or returns nonsense.</summary>
    /// <value><see cref="RerankFailureMode.Throw"/> by default. Cancellation by the caller is no failure and always throws.</value>
    public RerankFailureMode OnFailure { get; set; }

    /// <summary>Every problem of these settings, in words; empty where there is none.</summary>
    internal virtual IEnumerable<string> Problems()
    {
        if (Candidates is < 1 or > 10_000)
        {
            yield return $"{nameof(Candidates)} must be 1 to 10000, but is {Candidates}.";
        }

        if (Top is < 1 or > 10_000)
        {
            yield return $"{nameof(Top)} must be 1 to 10000, but is {Top}.";
        }

        if (!double.IsFinite(RerankWeight) || RerankWeight < 0)
        {
            yield return $"{nameof(RerankWeight)} must be a finite number of 0 or more, but is {RerankWeight}.";
        }

        if (ScoreThreshold is { } threshold && float.IsNaN(threshold))
        {
            yield return $"{nameof(ScoreThreshold)} must be a number or null, but is NaN.";
        }

        if (Timeout is { } timeout && timeout <= TimeSpan.Zero)
        {
            yield return $"{nameof(Timeout)} must be more than zero or null, but is {timeout}.";
        }

        if (!Enum.IsDefined(OnFailure))
        {
            yield return $"{nameof(OnFailure)} must be {nameof(RerankFailureMode.Throw)} or {nameof(RerankFailureMode.KeepOrder)}, but is {OnFailure}.";
        }
    }

    /// <summary>Takes these settings over into another kind of options.</summary>
    internal void CopyTo(RerankingOptions other)
    {
        other.Candidates = Candidates;
        other.Top = Top;
        other.RerankWeight = RerankWeight;
        other.RerankerOnly = RerankerOnly;
        other.ScoreThreshold = ScoreThreshold;
        other.Timeout = Timeout;
        other.OnFailure = OnFailure;
    }

    /// <summary>A checked copy that nobody else can change.</summary>
    /// <exception cref="ArgumentException">A setting is out of range; the message names all that are.</exception>
    internal RerankingOptions Snapshot()
    {
        var problems = Problems().ToArray();
        return problems.Length == 0
            ? (RerankingOptions)MemberwiseClone()
            : throw new ArgumentException($"{GetType().Name}: {string.Join(' ', problems)}");
    }
}
