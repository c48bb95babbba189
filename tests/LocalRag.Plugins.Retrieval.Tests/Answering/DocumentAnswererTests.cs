using LocalRag.Plugins.Retrieval.Answering;

namespace LocalRag.Plugins.Retrieval.Tests.Answering;

public sealed class DocumentAnswererTests
{
    private static readonly Passage Cats = ScriptedPassages.Of("cats", "# Cats\n\nCats sleep a lot every day. Some cats purr loudly at night.", 100);
    private static readonly Passage Dogs = ScriptedPassages.Of("dogs", "Dogs bark at strangers passing by. They also eat meat.");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static ScriptedReranker Prefers(string word, float high = 0.9f, float low = 0.1f) =>
        new((_, text) => text.Contains(word, StringComparison.OrdinalIgnoreCase) ? high : low);

    [Fact]
    public async Task The_best_sentence_is_quoted_with_its_place_in_the_document()
    {
        var answer = await new ScriptedPassages(Dogs, Cats).Answerer(Prefers("purr")).AskAsync(new("Who purrs?"), Token);

        Assert.Equal(AnswerStatus.Answered, answer.Status);
        Assert.Equal(AnswerMode.Extractive, answer.Mode);
        Assert.Equal("Some cats purr loudly at night. [1]", answer.Text);
        var citation = Assert.Single(answer.Citations);
        Assert.Equal("cats", citation.PassageId);
        Assert.Equal("Some cats purr loudly at night.", citation.Quote);
        Assert.Equal(citation.Quote, Cats.Text[(citation.Start - 100)..(citation.End - 100)]);
        Assert.Equal(0.9, citation.Support!.Value, 5);
        Assert.Equal(["cats", "dogs"], answer.Passages.Select(p => p.PassageId));
        Assert.Equal(new PassageRanks(2, 1), answer.Passages[0].Ranks);
    }

    [Fact]
    public async Task Below_the_threshold_the_answer_is_refused_and_the_nearest_passages_are_shown()
    {
        var answer = await new ScriptedPassages(Dogs, Cats).Answerer(Prefers("purr", high: 0.2f), new() { MinimumScore = 0.3f }).AskAsync(new("Who purrs?"), Token);

        Assert.Equal(AnswerStatus.Refused, answer.Status);
        Assert.Equal(new AnswerOptions().Refusal, answer.Text);
        Assert.Empty(answer.Citations);
        Assert.Equal(2, answer.Passages.Count);
    }

    [Fact]
    public async Task Nothing_found_is_refused() =>
        Assert.Equal(AnswerStatus.Refused, (await new ScriptedPassages().Answerer(Prefers("x")).AskAsync(new("Anything?"), Token)).Status);

    [Fact]
    public async Task Keywords_alone_are_asked_of_the_collection_and_refused_where_it_has_none() =>
        await Assert.ThrowsAsync<NotSupportedException>(() => new ScriptedPassages(Cats).Answerer(Prefers("x")).AskAsync(new("Anything?") { KeywordsOnly = true }, Token));

    [Fact]
    public async Task Headings_are_never_an_answer()
    {
        var answer = await new ScriptedPassages(Cats).Answerer(new ScriptedReranker((_, text) => text.Contains('#') ? 1 : 0.5f)).AskAsync(new("Cats?"), Token);

        Assert.DoesNotContain("#", answer.Text);
    }

    [Fact]
    public async Task A_sentence_that_ends_in_a_colon_brings_what_it_announces()
    {
        var passage = ScriptedPassages.Of("setup", "Intro words stand here.\n\nRegister it with one call:\n\n```csharp\nservices.AddIt();\n```\n");

        var answer = await new ScriptedPassages(passage).Answerer(Prefers("Register it")).AskAsync(new("How?"), Token);

        Assert.Contains("services.AddIt();", answer.Text);
    }

    [Fact]
    public async Task Without_a_reranker_shared_words_choose()
    {
        var answer = await new ScriptedPassages(Dogs, Cats).Answerer(null).AskAsync(new("Which animals purr loudly?"), Token);

        Assert.StartsWith("Some cats purr loudly", answer.Text);
        Assert.Null(answer.Citations[0].Support);
    }

    [Fact]
    public async Task A_question_that_refers_back_is_searched_with_the_words_of_the_one_before()
    {
        var passages = new ScriptedPassages(Cats);
        var answer = await passages.Answerer(Prefers("purr")).AskAsync(new("And how long do they sleep?") { History = [new("Do cats purr at night?")] }, Token);

        Assert.Equal("And how long do they sleep? cats purr night", answer.Query.Searched);
        Assert.Equal("And how long do they sleep?", answer.Query.Asked);
        Assert.Equal([answer.Query.Searched], passages.Queries);
    }

    [Fact]
    public async Task A_question_that_stands_alone_is_searched_as_it_is()
    {
        var answer = await new ScriptedPassages(Cats).Answerer(Prefers("purr")).AskAsync(new("Which food do large dogs eat?") { History = [new("Do cats purr?")] }, Token);

        Assert.Equal(answer.Query.Asked, answer.Query.Searched);
    }

    [Fact]
    public async Task Only_the_named_documents_are_searched()
    {
        var answer = await new ScriptedPassages(Dogs, Cats).Answerer(Prefers("purr")).AskAsync(new("Who?") { DocumentIds = ["dogs.md"] }, Token);

        Assert.Equal(["dogs"], answer.Passages.Select(p => p.PassageId));
    }

    [Theory]
    [InlineData("")]
    [InlineData(" \n ")]
    public void An_empty_question_is_refused(string question) => Assert.Throws<ArgumentException>(nameof(question), () => new AnswerRequest(question));

    [Fact]
    public void A_question_that_is_too_long_is_refused() =>
        Assert.Contains("2000", Assert.Throws<ArgumentException>("question", () => new AnswerRequest(new string('x', 2001))).Message);

    [Fact]
    public async Task A_stream_tells_the_passages_first_and_the_answer_last()
    {
        var updates = new List<AnswerUpdate>();
        await foreach (var update in new ScriptedPassages(Cats).Answerer(Prefers("purr")).StreamAsync(new("Who purrs?"), Token))
        {
            updates.Add(update);
        }

        Assert.IsType<AnswerUpdate.Retrieved>(updates[0]);
        Assert.IsType<AnswerUpdate.Token>(updates[1]);
        Assert.IsType<AnswerUpdate.Cited>(updates[2]);
        Assert.IsType<AnswerUpdate.Done>(updates[^1]);
    }

    [Fact]
    public void The_JSON_form_is_that_of_the_interface()
    {
        var answer = new Answer(
            AnswerStatus.Answered, "x [1]", AnswerMode.Extractive, [new(1, "p", 0, 1, "é", 0.5)],
            [new("p", "d", "t", null, null, 0, 1, "é", new(0.5, null, null, 0.25), new(2, 1))],
            [new("q", "d", null, DropReason.BeyondTop, new(0.25, null, null, null), new(3, 2))],
            new("asked", "searched"), new(1, 2, 3, 4, 5, 15));

        const string Expected = """
            {"status":"answered","text":"x [1]","mode":"extractive","citations":[{"n":1,"passageId":"p","start":0,"end":1,"quote":"é","support":0.5}],
            "passages":[{"passageId":"p","documentId":"d","title":"t","start":0,"end":1,"text":"é","scores":{"vector":0.5,"rerank":0.25},"ranks":{"before":2,"after":1}}],
            "dropped":[{"passageId":"q","documentId":"d","reason":"beyondTop","scores":{"vector":0.25},"ranks":{"before":3,"after":2}}],
            "query":{"asked":"asked","searched":"searched"},"timings":{"embed":1,"search":2,"keywords":3,"rerank":4,"generate":5,"total":15}}
            """;
        Assert.Equal(Expected.ReplaceLineEndings(""), AnswerJson.Serialize(answer));
    }
}
