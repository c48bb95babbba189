using System.Diagnostics;
using System.Linq.Expressions;

namespace LocalRag.Plugins.Retrieval.Answering;

/// <summary>Answers questions from documents: retrieves, refuses what the documents do not hold, writes with citations.</summary>
/// <remarks>The page, the command line and the tool of this project all answer through this class. Safe for concurrent calls; owns none of what it is given.</remarks>
public sealed class DocumentAnswerer
{
    private readonly Retriever<Passage> _retriever;
    private readonly IReranker? _reranker;
    private readonly AnswerOptions _options;

    /// <summary>Creates an answerer.</summary>
    /// <param name="retriever">Finds the passages.</param>
    /// <param name="reranker">Chooses the sentences; null chooses by shared words.</param>
    /// <param name="options">Settings; null takes the defaults.</param>
    /// <exception cref="ArgumentException">A setting is out of range.</exception>
    public DocumentAnswerer(Retriever<Passage> retriever, IReranker? reranker = null, AnswerOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(retriever);
        _retriever = retriever;
        _reranker = reranker;
        _options = (options ?? new()).Validated();
    }

    /// <summary>Answers one question.</summary>
    /// <param name="request">The question and how to search.</param>
    /// <param name="cancellationToken">Stops every stage.</param>
    public async Task<Answer> AskAsync(AnswerRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        var begin = Stopwatch.GetTimestamp();
        var searched = FollowUp.SearchText(request.Question, request.History);
        var found = await _retriever.RetrieveAsync(searched, ToRetrieval(request), cancellationToken).ConfigureAwait(false);
        AnswerPassage[] passages = [.. found.Hits.Select(AnswerPassage.From)];

        var generateBegin = Stopwatch.GetTimestamp();
        var written = IsCovered(passages) ? await WriteAsync(searched, request, passages, cancellationToken).ConfigureAwait(false) : new("", []);
        var answered = written.Text.Length > 0;
        return new(
            answered ? AnswerStatus.Answered : AnswerStatus.Refused,
            answered ? written.Text : _options.Refusal,
            AnswerMode.Extractive,
            written.Citations,
            passages,
            [.. found.Dropped.Select(Dropped)],
            new(request.Question, searched),
            Timings(found.Timings, Stopwatch.GetElapsedTime(generateBegin), Stopwatch.GetElapsedTime(begin)),
            found.RerankFailure is { } failure ? $"The reranker failed ({failure.Message}); the order is that of the search." : null);
    }

    private Task<WrittenAnswer> WriteAsync(string searched, AnswerRequest request, AnswerPassage[] passages, CancellationToken cancellationToken) =>
        new ExtractiveAnswer(request.Rerank == false ? null : _reranker, _options.MaxSentences).WriteAsync(searched, passages, cancellationToken);

    private bool IsCovered(AnswerPassage[] passages) =>
        passages.Length > 0
        && (_options.MinimumScore is not { } minimum || passages.All(p => p.Scores.Rerank is null) || passages.Any(p => p.Scores.Rerank >= minimum));

    private static RetrievalOptions<Passage> ToRetrieval(AnswerRequest request) => new()
    {
        Top = request.TopK,
        Candidates = request.Candidates,
        Rerank = request.Rerank,
        Hybrid = request.Hybrid,
        Filter = Filter(request.DocumentIds),
    };

    private static Expression<Func<Passage, bool>>? Filter(IReadOnlyList<string>? documentIds)
    {
        if (documentIds is not { Count: > 0 })
        {
            return null;
        }

        List<string> ids = [.. documentIds];
        return ids.Count == 1 ? Single(ids[0]) : p => ids.Contains(p.DocumentId);

        static Expression<Func<Passage, bool>> Single(string id) => p => p.DocumentId == id;
    }

    private static DroppedPassage Dropped(DroppedHit<Passage> dropped)
    {
        var passage = AnswerPassage.From(dropped.Hit);
        return new(passage.PassageId, passage.DocumentId, passage.HeadingPath, dropped.Reason, passage.Scores, passage.Ranks);
    }

    private static AnswerTimings Timings(RetrievalTimings found, TimeSpan generate, TimeSpan total) =>
        new(Milliseconds(found.Embed), Milliseconds(found.Search), Milliseconds(found.Keywords), Milliseconds(found.Rerank), Milliseconds(generate), Milliseconds(total));

    private static double Milliseconds(TimeSpan time) => Math.Round(time.TotalMilliseconds, 2);
}
