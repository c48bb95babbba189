namespace LocalRag.Plugins.Retrieval.Answering;

/// <summary>A candidate that did not reach the answer.</summary>
/// <param name="PassageId">Key of the passage.</param>
/// <param name="DocumentId">The document that it belongs to.</param>
/// <param name="HeadingPath">Headings above it; null where there are none.</param>
/// <param name="Reason">Why: <c>duplicate</c>, <c>belowThreshold</c>, <c>leftOutByReranker</c> or <c>beyondTop</c>.</param>
/// <param name="Scores">What the stages scored.</param>
/// <param name="Ranks">Its places before and after reranking.</param>
public sealed record DroppedPassage(string PassageId, string DocumentId, string? HeadingPath, DropReason Reason, PassageScores Scores, PassageRanks Ranks)
{
    /// <summary>Turns a dropped candidate into what applications show.</summary>
    /// <param name="dropped">The candidate.</param>
    public static DroppedPassage From(DroppedHit<Passage> dropped)
    {
        ArgumentNullException.ThrowIfNull(dropped);
        var passage = AnswerPassage.From(dropped.Hit);
        return new(passage.PassageId, passage.DocumentId, passage.HeadingPath, dropped.Reason, passage.Scores, passage.Ranks);
    }
}
