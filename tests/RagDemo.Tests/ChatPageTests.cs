namespace RagDemo.Tests;

/// <summary>The page with a chat model.</summary>
public sealed class ChatPageTests : BrowserTests, IClassFixture<ChatDemo>
{
    private readonly ChatDemo _demo;

    public ChatPageTests(ChatDemo demo)
        : base(demo)
    {
        _demo = demo;
        demo.Chat.Forget();
    }

    [Fact(Skip = NoChromium, SkipUnless = nameof(HasChromium))]
    public async Task The_page_says_who_writes_and_shows_what_the_model_searched_and_only_citations_that_exist()
    {
        _demo.Chat.Calls("documents-search", "{\"query\": \"Where do visitors park?\"}");
        _demo.Chat.Says("Cars go to the ", "garage [1]. Tea is free [9].");

        await AskAsync("Where can visitors leave their car?");

        Assert.Contains("answers fake (passages go to 127.0.0.1)", await Page.InnerTextAsync("#chips"));
        Assert.Contains("the chat model searched for: Where do visitors park?", await Page.InnerTextAsync($"{LastAnswer} .searched"));
        Assert.Equal(["1"], await Page.Locator($"{LastAnswer} .cite").AllInnerTextsAsync());
        Assert.DoesNotContain("[9]", await Page.InnerTextAsync($"{LastAnswer} .text"));
        Assert.Contains("The chat model read 200 tokens and wrote 40.", await Page.InnerTextAsync("#why"));
        Assert.Empty(Complaints);
    }

    [Fact(Skip = NoChromium, SkipUnless = nameof(HasChromium))]
    public async Task A_chat_model_that_fails_is_told_beside_the_sentences_of_the_documents()
    {
        _demo.Chat.Refuses(429);

        await AskAsync("When does the library open on Saturdays?");

        Assert.Contains("ten on Saturdays", await Page.InnerTextAsync($"{LastAnswer} .text"));
        Assert.Contains("takes no more requests at the moment (429)", await Page.InnerTextAsync($"{LastAnswer} .warning"));
        Assert.Empty(Complaints);
    }
}
