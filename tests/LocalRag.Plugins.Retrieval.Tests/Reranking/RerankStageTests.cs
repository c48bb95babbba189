using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace LocalRag.Plugins.Retrieval.Tests;

public sealed class RerankStageTests
{
    private static readonly string[] Texts = ["zero", "one", "two"];

    public static TheoryData<string, string> Nonsense => new()
    {
        { "index beyond the list", "document 3" },
        { "negative index", "document -1" },
        { "same document twice", "twice" },
        { "NaN", "NaN" },
        { "null", "null" },
    };

    [Theory]
    [MemberData(nameof(Nonsense))]
    public async Task Nonsense_of_a_reranker_is_an_error_that_says_what_it_is(string kind, string message)
    {
        var e = await Assert.ThrowsAsync<InvalidOperationException>(() => RunAsync(new RerankingOptions(), Talking(kind)));
        Assert.Contains(message, e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Nonsense))]
    public async Task Nonsense_can_be_survived(string kind, string message)
    {
        var outcome = await RunAsync(new RerankingOptions { OnFailure = RerankFailureMode.KeepOrder }, Talking(kind));
        Assert.Equal([0, 1, 2], outcome.Kept.Select(k => k.Index));
        Assert.Contains(message, outcome.Failure!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_reranker_that_hangs_and_ignores_its_token_is_left_after_the_time_limit()
    {
        var time = new ManualTime();
        var stage = new RerankStage(new RerankingOptions { Timeout = TimeSpan.FromSeconds(3) }, NullLogger.Instance, time);
        var running = stage.RunAsync(FaultyReranker.Hangs, "q", Texts, null, CancellationToken.None);
        await time.TimerSet;
        Assert.False(running.IsCompleted);

        time.Fire();
        var e = await Assert.ThrowsAsync<TimeoutException>(() => running);
        Assert.Contains("3 candidates within 00:00:03", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_time_limit_can_be_survived_and_is_logged()
    {
        var time = new ManualTime();
        var log = new ListLogger();
        var stage = new RerankStage(new RerankingOptions { Timeout = TimeSpan.FromSeconds(3), OnFailure = RerankFailureMode.KeepOrder }, log, time);
        var running = stage.RunAsync(FaultyReranker.Hangs, "q", Texts, null, CancellationToken.None);
        await time.TimerSet;
        time.Fire();

        Assert.IsType<TimeoutException>((await running).Failure);
        Assert.Equal(LogLevel.Warning, Assert.Single(log.Entries).Level);
    }

    [Fact]
    public async Task Cancellation_by_the_caller_is_not_mistaken_for_the_time_limit()
    {
        using var source = new CancellationTokenSource();
        var time = new ManualTime();
        var stage = new RerankStage(new RerankingOptions { Timeout = TimeSpan.FromSeconds(3), OnFailure = RerankFailureMode.KeepOrder }, NullLogger.Instance, time);
        var running = stage.RunAsync(FaultyReranker.Hangs, "q", Texts, null, source.Token);
        await time.TimerSet;
        await source.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
    }

    [Fact]
    public async Task A_reranker_that_cannot_be_opened_counts_as_failed()
    {
        var stage = new RerankStage(new RerankingOptions { OnFailure = RerankFailureMode.KeepOrder }, NullLogger.Instance);
        var outcome = await stage.RunAsync(() => throw new DirectoryNotFoundException("no model"), "q", Texts, null, CancellationToken.None);
        Assert.IsType<DirectoryNotFoundException>(outcome.Failure);
    }

    [Fact]
    public async Task A_list_that_is_not_sorted_is_sorted_with_ties_in_the_order_of_the_search()
    {
        var outcome = await RunAsync(new RerankingOptions { RerankerOnly = true }, FaultyReranker.Returns(new(2, 1), new(0, 1), new(1, 5)));
        Assert.Equal([1, 0, 2], outcome.Kept.Select(k => k.Index));
    }

    [Fact]
    public async Task Infinite_scores_are_ranked() // A model's logits may overflow; they still say which is better.
    {
        var outcome = await RunAsync(new RerankingOptions { RerankerOnly = true }, FaultyReranker.Returns(new(0, float.NegativeInfinity), new(1, 0), new(2, float.PositiveInfinity)));
        Assert.Equal([2, 1, 0], outcome.Kept.Select(k => k.Index));
    }

    private static FaultyReranker Talking(string kind) => kind switch
    {
        "index beyond the list" => FaultyReranker.Returns(new RerankResult(3, 1)),
        "negative index" => FaultyReranker.Returns(new RerankResult(-1, 1)),
        "same document twice" => FaultyReranker.Returns(new RerankResult(1, 1), new RerankResult(1, 2)),
        "NaN" => FaultyReranker.Returns(new RerankResult(1, float.NaN)),
        _ => new FaultyReranker((_, _) => Task.FromResult<IReadOnlyList<RerankResult>>(null!)),
    };

    private static Task<RerankOutcome> RunAsync(RerankingOptions options, IReranker reranker) =>
        new RerankStage(options, NullLogger.Instance).RunAsync(() => reranker, "q", Texts, searchScores: null, TestContext.Current.CancellationToken);
}
