using LocalRag.Plugins.Retrieval;
using LocalRag.Plugins.Retrieval.Answering;

namespace RagDemo.Web.Endpoints;

/// <summary>What <c>POST /api/search</c> found.</summary>
internal sealed record SearchResponse(IReadOnlyList<AnswerPassage> Hits, IReadOnlyList<DroppedPassage> Dropped, AnswerTimings Timings)
{
    public static SearchResponse From(RetrievalResult<Passage> found)
    {
        var t = found.Timings;
        return new(
            [.. found.Hits.Select(AnswerPassage.From)],
            [.. found.Dropped.Select(DroppedPassage.From)],
            new(t.Embed.TotalMilliseconds, t.Search.TotalMilliseconds, t.Keywords.TotalMilliseconds, t.Rerank.TotalMilliseconds, 0, t.Total.TotalMilliseconds));
    }
}
