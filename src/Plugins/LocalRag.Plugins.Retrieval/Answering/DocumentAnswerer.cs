using System.Diagnostics;
using System.Linq.Expressions;
using System.Runtime.CompilerServices;
using System.Text;
using Microsoft.SemanticKernel.ChatCompletion;

namespace LocalRag.Plugins.Retrieval.Answering;

/// <summary>Answers questions from documents: retrieves, refuses what the documents do not hold, writes with citations.</summary>
/// <remarks>
/// Without a chat model the answer is made of the best sentences of the passages, word for word; with one it is written by the model from the
/// passages and from those that it then finds itself, and its citations are checked. Safe for concurrent calls; owns none of what it is given.
/// </remarks>
public sealed class DocumentAnswerer
{
    private readonly Retriever<Passage> _retriever;
    private readonly IReranker? _reranker;
    private readonly IChatCompletionService? _chat;
    private readonly AnswerOptions _options;

    /// <summary>Creates an answerer.</summary>
    /// <param name="retriever">Finds the passages.</param>
    /// <param name="reranker">Chooses sentences and checks citations; null chooses by shared words.</param>
    /// <param name="chat">Writes the answers; null leaves them extractive. Passages are sent to it and to nothing else.</param>
    /// <param name="options">Settings; null takes the defaults.</param>
    /// <exception cref="ArgumentException">A setting is out of range.</exception>
    public DocumentAnswerer(
        Retriever<Passage> retriever, IReranker? reranker = null, IChatCompletionService? chat = null, AnswerOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(retriever);
        _retriever = retriever;
        _reranker = reranker;
        _chat = chat;
        _options = (options ?? new()).Validated();
    }

    /// <summary>Answers one question.</summary>
    /// <param name="request">The question and how to search.</param>
    /// <param name="cancellationToken">Stops every stage, the chat model included.</param>
    /// <exception cref="ChatModelException">The chat model was asked for by name and does not answer.</exception>
    public async Task<Answer> AskAsync(AnswerRequest request, CancellationToken cancellationToken = default)
    {
        await foreach (var update in StreamAsync(request, cancellationToken).ConfigureAwait(false))
        {
            if (update is AnswerUpdate.Done done)
            {
                return done.Answer;
            }
        }

        throw new UnreachableException();
    }

    /// <summary>Answers one question step by step.</summary>
    /// <param name="request">The question and how to search.</param>
    /// <param name="cancellationToken">Stops every stage, the chat model included.</param>
    /// <exception cref="ChatModelException">The chat model was asked for by name and is not configured, or does not answer.</exception>
    public IAsyncEnumerable<AnswerUpdate> StreamAsync(AnswerRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (request.Mode == AnswerMode.Llm && _chat is null)
        {
            throw new ChatModelException("No chat model is configured. Configure one, or ask with mode auto or extractive.");
        }

        return RunAsync(request, cancellationToken);
    }

    private async IAsyncEnumerable<AnswerUpdate> RunAsync(AnswerRequest request, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var begin = Stopwatch.GetTimestamp();
        var query = new AnswerQuery(request.Question, FollowUp.SearchText(request.Question, request.History));
        var found = await _retriever.RetrieveAsync(query.Searched, ToRetrieval(request), cancellationToken).ConfigureAwait(false);
        AnswerPassage[] passages = [.. found.Hits.Select(AnswerPassage.From)];
        DroppedPassage[] dropped = [.. found.Dropped.Select(DroppedPassage.From)];
        yield return new AnswerUpdate.Retrieved(passages, dropped, query);

        // A reranker that has just failed would fail again; shared words choose the sentences then.
        var reranker = found.RerankFailure is null ? _reranker : null;
        var draft = new Draft(_options.Refusal, passages)
        {
            Warning = found.RerankFailure is { } failure ? $"The reranker failed ({failure.Message}); the order is that of the search." : null,
        };
        var generateBegin = Stopwatch.GetTimestamp();
        if (IsCovered(passages))
        {
            if (_chat is not null && request.Mode != AnswerMode.Extractive)
            {
                await foreach (var update in ChatAsync(_chat, reranker, request, found.Hits, draft, cancellationToken).ConfigureAwait(false))
                {
                    yield return update;
                }
            }

            if (!draft.Complete)
            {
                draft.Finish(AnswerMode.Extractive, await new ExtractiveAnswer(request.Rerank == false ? null : reranker, _options.MaxSentences).WriteAsync(query.Searched, passages, cancellationToken).ConfigureAwait(false));
                yield return draft.Streamed ? new AnswerUpdate.Replaced(draft.Text) : new AnswerUpdate.Token(draft.Text);
            }
        }
        else
        {
            yield return new AnswerUpdate.Token(draft.Text);
        }

        foreach (var citation in draft.Citations)
        {
            yield return new AnswerUpdate.Cited(citation);
        }

        var timings = Timings(found.Timings, Stopwatch.GetElapsedTime(generateBegin), Stopwatch.GetElapsedTime(begin));
        yield return new AnswerUpdate.Done(new(
            draft.Status, draft.Text, draft.Mode, draft.Citations, draft.Passages, dropped, query with { Further = draft.Further }, timings, draft.Warning, draft.Usage));
    }

    private async IAsyncEnumerable<AnswerUpdate> ChatAsync(
        IChatCompletionService chat,
        IReranker? reranker,
        AnswerRequest request,
        IReadOnlyList<RetrievalHit<Passage>> hits,
        Draft draft,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var search = new ModelSearch(PromptContext.Create(hits), draft.Passages, FindAsync, _options.MaxModelSearches);
        var model = new ChatAnswer(chat, search, _options.ReadUsage);
        var text = new StringBuilder();
        var parts = model.StreamAsync(request, cancellationToken).GetAsyncEnumerator(cancellationToken);
        await using var _ = parts.ConfigureAwait(false);
        while (true)
        {
            try
            {
                if (!await parts.MoveNextAsync().ConfigureAwait(false))
                {
                    break;
                }
            }
            catch (Exception error) when (!cancellationToken.IsCancellationRequested)
            {
                var reason = ChatFailure.Describe(error);
                if (request.Mode == AnswerMode.Llm)
                {
                    throw new ChatModelException($"{reason} Check its address, its key and that it runs, or ask with mode auto or extractive.", error);
                }

                draft.Warning = $"{reason} These are the best sentences of the documents instead.";
                yield break;
            }

            text.Append(parts.Current);
            if (!ChatAnswer.IsRefusal(text.ToString()))
            {
                draft.Streamed = true;
                yield return new AnswerUpdate.Token(parts.Current);
            }
        }

        draft.Take(search, model);
        if (ChatAnswer.IsRefusal(text.ToString()))
        {
            draft.Refuse(AnswerMode.Llm);
            yield return draft.Streamed ? new AnswerUpdate.Replaced(draft.Text) : new AnswerUpdate.Token(draft.Text);
            yield break;
        }

        var written = text.ToString();
        if (string.IsNullOrWhiteSpace(written))
        {
            draft.Warning = "The chat model answered with nothing. These are the best sentences of the documents instead.";
            yield break;
        }

        draft.Finish(AnswerMode.Llm, await new CitationCheck(reranker, draft.Passages).CheckAsync(written, search.IndexOf, cancellationToken).ConfigureAwait(false));
        if (draft.Text != written)
        {
            yield return new AnswerUpdate.Replaced(draft.Text);
        }

        async Task<IReadOnlyList<RetrievalHit<Passage>>> FindAsync(string query, CancellationToken stop) =>
            (await _retriever.RetrieveAsync(query, ToRetrieval(request), stop).ConfigureAwait(false)).Hits;
    }

    private bool IsCovered(AnswerPassage[] passages) =>
        passages.Length > 0
        && (_options.MinimumScore is not { } minimum || passages.All(p => p.Scores.Rerank is null) || passages.Any(p => p.Scores.Rerank >= minimum));

    private static RetrievalOptions<Passage> ToRetrieval(AnswerRequest request) => new()
    {
        Top = request.TopK,
        Candidates = request.Candidates,
        Rerank = request.Rerank,
        Hybrid = request.Hybrid,
        KeywordsOnly = request.KeywordsOnly,
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

    private static AnswerTimings Timings(RetrievalTimings found, TimeSpan generate, TimeSpan total) =>
        new(Milliseconds(found.Embed), Milliseconds(found.Search), Milliseconds(found.Keywords), Milliseconds(found.Rerank), Milliseconds(generate), Milliseconds(total));

    private static double Milliseconds(TimeSpan time) => Math.Round(time.TotalMilliseconds, 2);

    /// <summary>An answer in the making; until something is written it is the refusal.</summary>
    private sealed class Draft(string refusal, IReadOnlyList<AnswerPassage> passages)
    {
        private readonly string _refusal = refusal;

        public AnswerStatus Status { get; private set; } = AnswerStatus.Refused;

        public AnswerMode Mode { get; private set; } = AnswerMode.Extractive;

        public string Text { get; private set; } = refusal;

        public IReadOnlyList<AnswerCitation> Citations { get; private set; } = [];

        public IReadOnlyList<AnswerPassage> Passages { get; private set; } = passages;

        public IReadOnlyList<string>? Further { get; private set; }

        public AnswerUsage? Usage { get; private set; }

        public string? Warning { get; set; }

        public bool Streamed { get; set; }

        public bool Complete { get; private set; }

        public void Take(ModelSearch search, ChatAnswer model)
        {
            (Passages, Further, Usage) = (search.Passages, search.Queries, model.Usage);
            Warning = model.WasCut ? "The chat model stopped at its longest answer, so the end may be missing." : Warning;
        }

        public void Finish(AnswerMode mode, WrittenAnswer written)
        {
            Complete = true;
            Mode = mode;
            if (written.Text.Length > 0)
            {
                (Status, Text, Citations) = (AnswerStatus.Answered, written.Text, written.Citations);
            }
        }

        public void Refuse(AnswerMode mode) => (Complete, Mode, Status, Text) = (true, mode, AnswerStatus.Refused, _refusal);
    }
}
