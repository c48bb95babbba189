namespace LocalRag.Plugins.Retrieval.Answering;

/// <summary>A passage that was found, as applications show it.</summary>
/// <param name="PassageId">Key of the passage.</param>
/// <param name="DocumentId">The document that it belongs to.</param>
/// <param name="Title">Title of the document.</param>
/// <param name="HeadingPath">Headings above it; null where there are none.</param>
/// <param name="Page">Page, from 1; null for documents without pages.</param>
/// <param name="Start">First character in the document's text.</param>
/// <param name="End">One past the last.</param>
/// <param name="Text">The words.</param>
/// <param name="Scores">What the stages scored.</param>
/// <param name="Ranks">Its places before and after reranking.</param>
public sealed record AnswerPassage(
    string PassageId, string DocumentId, string? Title, string? HeadingPath, int? Page, int Start, int End, string Text, PassageScores Scores, PassageRanks Ranks)
{
    /// <summary>Turns a hit into what applications show.</summary>
    /// <param name="hit">The hit.</param>
    public static AnswerPassage From(RetrievalHit<Passage> hit)
    {
        ArgumentNullException.ThrowIfNull(hit);
        var passage = hit.Record;
        return new(
            passage.Id, passage.DocumentId, passage.Title, passage.HeadingPath, passage.Page, passage.Start, passage.End, passage.Text,
            new(hit.Vector?.Score, hit.Keyword?.Score, hit.Fused?.Score, hit.Rerank?.Score),
            new(Place(hit.RankBefore), Place(hit.Rank)));
    }

    private static int? Place(int rank) => rank < 0 ? null : rank + 1;
}
