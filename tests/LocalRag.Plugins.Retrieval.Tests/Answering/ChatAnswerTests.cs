using LocalRag.Plugins.Retrieval.Answering;

namespace LocalRag.Plugins.Retrieval.Tests.Answering;

public sealed class ChatAnswerTests
{
    private static readonly ScriptedPassages Passages = new(
        ScriptedPassages.Of("cats", "Cats sleep a lot every day. Some cats purr loudly."), ScriptedPassages.Of("dogs", "Dogs bark at strangers passing by."));

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static ScriptedReranker Reranker() => new((query, text) => query.Split(' ').Count(w => text.Contains(w, StringComparison.OrdinalIgnoreCase)) / 10f);

    private static async Task<(List<AnswerUpdate> Updates, Answer Answer)> Ask(ScriptedChat chat, AnswerMode mode = AnswerMode.Auto)
    {
        var updates = new List<AnswerUpdate>();
        await foreach (var update in Passages.Answerer(Reranker(), chat: chat).StreamAsync(new("Who purrs?") { Mode = mode }, Token))
        {
            updates.Add(update);
        }

        return (updates, Assert.IsType<AnswerUpdate.Done>(updates[^1]).Answer);
    }

    [Fact]
    public async Task Passages_go_to_the_model_as_data_and_its_text_is_streamed()
    {
        var chat = new ScriptedChat("Some cats ", "purr [1].");

        var (updates, answer) = await Ask(chat);

        Assert.Equal(AnswerMode.Llm, answer.Mode);
        Assert.Equal("Some cats purr [1].", answer.Text);
        Assert.Equal(["Some cats ", "purr [1]."], updates.OfType<AnswerUpdate.Token>().Select(t => t.Text));
        Assert.Contains("<passage id=\"1\"", chat.Asked![^1].Content);
        Assert.EndsWith("Question: Who purrs?", chat.Asked[^1].Content);
        var citation = Assert.Single(answer.Citations);
        Assert.Equal("Some cats purr loudly.", citation.Quote);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task A_model_is_offered_a_search_only_where_it_may_use_it(int searches)
    {
        var chat = new ScriptedChat("Some cats purr [1].");

        await Passages.Answerer(Reranker(), new() { MaxModelSearches = searches }, chat).AskAsync(new("Who purrs?"), Token);

        Assert.Equal(searches == 0 ? [] : ["search"], chat.Offered);
        Assert.Equal(searches > 0, chat.Asked![0].Content!.Contains("search once more", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Numbers_that_name_no_passage_are_struck()
    {
        var (updates, answer) = await Ask(new ScriptedChat("Cats purr [1][7]. Dogs bark [2]."));

        Assert.Equal("Cats purr [1]. Dogs bark [2].", answer.Text);
        Assert.Equal([1, 2], answer.Citations.Select(c => c.N));
        Assert.Equal(answer.Text, Assert.Single(updates.OfType<AnswerUpdate.Replaced>()).Text);
    }

    [Fact]
    public async Task A_model_that_finds_no_answer_makes_a_refusal_and_its_words_are_not_shown()
    {
        var (updates, answer) = await Ask(new ScriptedChat("NOT IN ", "THE DOCUMENTS"));

        Assert.Equal(AnswerStatus.Refused, answer.Status);
        Assert.Equal(new AnswerOptions().Refusal, answer.Text);
        Assert.DoesNotContain(updates.OfType<AnswerUpdate.Token>(), t => t.Text.Contains("NOT"));
    }

    [Fact]
    public async Task A_model_that_fails_gives_way_to_the_documents_with_a_warning()
    {
        var (updates, answer) = await Ask(new ScriptedChat("Half a") { FailsWith = new HttpRequestException("connection refused") });

        Assert.Equal(AnswerStatus.Answered, answer.Status);
        Assert.Equal(AnswerMode.Extractive, answer.Mode);
        Assert.Contains("connection refused", answer.Warning);
        Assert.Equal(answer.Text, Assert.Single(updates.OfType<AnswerUpdate.Replaced>()).Text);
    }

    [Fact]
    public async Task A_model_asked_for_by_name_fails_the_call()
    {
        var chat = new ScriptedChat { FailsWith = new HttpRequestException("connection refused") };

        Assert.Contains("connection refused", (await Assert.ThrowsAsync<ChatModelException>(() => Ask(chat, AnswerMode.Llm))).Message);
        Assert.Contains("No chat model", Assert.Throws<ChatModelException>(() => Passages.Answerer(null).StreamAsync(new("x") { Mode = AnswerMode.Llm }, Token)).Message);
    }

    [Fact]
    public async Task Extractive_mode_never_asks_the_model()
    {
        var chat = new ScriptedChat("written");

        var (_, answer) = await Ask(chat, AnswerMode.Extractive);

        Assert.Null(chat.Asked);
        Assert.Equal(AnswerMode.Extractive, answer.Mode);
    }

    [Fact]
    public async Task Cancellation_is_no_failure_of_the_model()
    {
        using var stop = new CancellationTokenSource();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (var update in Passages.Answerer(Reranker(), chat: new ScriptedChat("one ", "two")).StreamAsync(new("Who purrs?"), stop.Token))
            {
                if (update is AnswerUpdate.Token)
                {
                    await stop.CancelAsync();
                }
            }
        });
    }
}
