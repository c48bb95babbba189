using Deque.AxeCore.Playwright;
using Microsoft.Playwright;

namespace RagDemo.Tests;

/// <summary>The page in the system's Chromium, as a user meets it.</summary>
public sealed class PageTests(RunningDemo demo) : BrowserTests(demo), IClassFixture<RunningDemo>
{
    private readonly RunningDemo _demo = demo;

    [Fact(Skip = NoChromium, SkipUnless = nameof(HasChromium))]
    public async Task A_question_is_answered_and_its_citation_opens_the_passage_marked()
    {
        await AskAsync("When does the library open on Saturdays?");

        Assert.Contains("ten on Saturdays", await Page.InnerTextAsync($"{LastAnswer} .text"));
        await Page.ClickAsync($"{LastAnswer} .cite");
        await Page.Locator("#reader[open] mark:not(.passage)").First.WaitForAsync();
        Assert.Contains("ten on Saturdays", await Page.Locator("#reader mark:not(.passage)").First.InnerTextAsync());
        await Page.Keyboard.PressAsync("Escape");
        Assert.False(await Page.Locator("#reader").IsVisibleAsync());
        Assert.Empty(Complaints);
    }

    [Fact(Skip = NoChromium, SkipUnless = nameof(HasChromium))]
    public async Task A_follow_up_question_says_what_it_searched_for()
    {
        await AskAsync("When does the library open on Saturdays?");
        await AskAsync("And when is it closed?");

        Assert.Contains("searched for: And when is it closed? library", await Page.InnerTextAsync($"{LastAnswer} .searched"));
        Assert.Empty(Complaints);
    }

    [Fact(Skip = NoChromium, SkipUnless = nameof(HasChromium))]
    public async Task Switching_the_reranker_off_asks_again_at_once_and_shows_the_order_of_the_search()
    {
        await AskAsync("Where can visitors leave their car, and what does the first hour cost?");
        Assert.Contains("After: reranker", await Page.InnerTextAsync("#why"));
        Assert.True(await Page.Locator("#why svg path").CountAsync() > 0);

        await Page.UncheckAsync("#rerank");
        await Page.GetByText("After: not reranked").WaitForAsync();

        Assert.Equal(1, await Page.Locator(".turn").CountAsync());
        Assert.Equal(0, await Page.Locator("#why path.up, #why path.down").CountAsync());
        Assert.Empty(Complaints);
    }

    [Theory(Skip = NoChromium, SkipUnless = nameof(HasChromium))]
    [InlineData("#send")]
    [InlineData("#find")]
    public async Task Questions_and_searches_compare_what_the_choice_beside_them_says(string button)
    {
        await Page.FillAsync("#question", "Where is the garage?");
        await Page.ClickAsync(button);
        await ComparedAsync(vectors: true, keywords: true);

        var match = Page.GetByLabel("Match");
        await match.SelectOptionAsync("keywords");
        await ComparedAsync(vectors: false, keywords: true);
        Assert.DoesNotContain("embed", await Page.InnerTextAsync("#why .legend"));
        Assert.Contains("garage below the square", await Page.InnerTextAsync(".turn"));
        Assert.Equal(1, await Page.Locator(".turn").CountAsync());

        await match.FocusAsync();
        await Page.Keyboard.TypeAsync("vectors");
        await ComparedAsync(vectors: true, keywords: false);
        Assert.Empty(Complaints);
    }

    [Fact(Skip = NoChromium, SkipUnless = nameof(HasChromium))]
    public async Task A_document_is_uploaded_asked_and_deleted()
    {
        await Page.SetInputFilesAsync("#files", new FilePayload { Name = "boats.md", MimeType = "text/markdown", Buffer = "# Boats\n\nRowing boats are rented at the northern pier for six coins.\n"u8.ToArray() });
        var row = Page.Locator("#documents li", new() { HasText = "boats.md" });
        await row.WaitForAsync();
        await AskAsync("Where are rowing boats rented?");
        Assert.Contains("northern pier", await Page.InnerTextAsync($"{LastAnswer} .text"));

        await row.GetByRole(AriaRole.Button, new() { Name = "Delete uploads/boats.md" }).ClickAsync();
        await row.WaitForAsync(new() { State = WaitForSelectorState.Detached });
        Assert.Empty(Complaints);
    }

    [Fact(Skip = NoChromium, SkipUnless = nameof(HasChromium))]
    public async Task A_document_with_script_is_shown_and_not_run()
    {
        await Page.SetInputFilesAsync("#files", new FilePayload
        {
            Name = "script.md",
            MimeType = "text/markdown",
            Buffer = "# Wizard\n\nThe wizard says <script>document.title='owned'</script><img src=x onerror=\"document.title='owned'\"> abracadabra to open it.\n"u8.ToArray(),
        });
        await Page.Locator("#documents li", new() { HasText = "script.md" }).WaitForAsync();
        await AskAsync("What does the wizard say to open it?");

        Assert.Contains("<script>", await Page.InnerTextAsync($"{LastAnswer} .text"));
        await Page.ClickAsync($"{LastAnswer} .cite");
        await Page.Locator("#reader[open] mark").First.WaitForAsync();
        Assert.Equal("LocalRag demo", await Page.TitleAsync());
        Assert.Empty(Complaints);
        using var deleted = await _demo.Client.DeleteAsync("api/documents/uploads%2Fscript.md", TestContext.Current.CancellationToken);
    }

    [Fact(Skip = NoChromium, SkipUnless = nameof(HasChromium))]
    public async Task What_cannot_be_done_is_told_on_the_page()
    {
        await Page.SetInputFilesAsync("#files", new FilePayload { Name = "minutes.docx", MimeType = "application/msword", Buffer = [1] });
        await Page.GetByText("only .md, .txt, .html and .pdf files are read").WaitForAsync();

        await Page.FillAsync("#question", "Which chemical elements are noble gases?");
        await Page.ClickAsync("#send");
        await Page.GetByText("do not hold an answer").First.WaitForAsync();
        Assert.True(await Page.Locator(".a.refused .src button").CountAsync() > 0);
        Assert.Empty(Complaints);
    }

    [Theory(Skip = NoChromium, SkipUnless = nameof(HasChromium))]
    [InlineData(360, ColorScheme.Light)]
    [InlineData(360, ColorScheme.Dark)]
    [InlineData(1400, ColorScheme.Light)]
    [InlineData(1400, ColorScheme.Dark)]
    public async Task The_page_fits_its_width_and_axe_finds_no_violation(int width, ColorScheme scheme)
    {
        await OpenAsync(new() { ViewportSize = new() { Width = width, Height = 800 }, ColorScheme = scheme, ReducedMotion = ReducedMotion.Reduce });
        await AskAsync("What can I eat in the cafe?");

        Assert.True(await Page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= document.documentElement.clientWidth"));
        var background = await Page.EvaluateAsync<string>("getComputedStyle(document.body).backgroundColor");
        Assert.Equal(scheme == ColorScheme.Dark ? "rgb(18, 20, 22)" : "rgb(247, 247, 245)", background);
        var axe = await Page.RunAxe();
        Assert.Empty(axe.Violations.Select(v => $"{v.Id}: {v.Help}: {string.Join(" ", v.Nodes.Select(n => n.Html))}"));
        if (Environment.GetEnvironmentVariable("LOCALRAG_SCREENSHOTS") is { Length: > 0 } folder)
        {
            await Page.ScreenshotAsync(new() { Path = Path.Combine(folder, $"ragdemo-{width}-{scheme.ToString().ToLowerInvariant()}.png") });
        }

        Assert.Empty(Complaints);
    }

    [Fact(Skip = NoChromium, SkipUnless = nameof(HasChromium))]
    public async Task The_keyboard_alone_is_enough_to_ask_and_to_read_a_source()
    {
        Assert.Equal("question", await Page.EvaluateAsync<string>("document.activeElement.id"));
        await Page.Keyboard.TypeAsync("Where do visitors park?");
        await Page.Keyboard.PressAsync("Enter");
        await Page.Locator($"{LastAnswer} .src button").First.WaitForAsync();
        await Page.Locator($"{LastAnswer} .cite").First.FocusAsync();
        await Page.Keyboard.PressAsync("Enter");
        await Page.Locator("#reader[open]").WaitForAsync();
        await Page.Keyboard.PressAsync("Escape");

        Assert.Equal("cite", await Page.EvaluateAsync<string>("document.activeElement.className"));
        Assert.Empty(Complaints);
    }

    [Fact(Skip = NoChromium, SkipUnless = nameof(HasChromium))]
    public async Task A_search_lists_passages_without_an_answer_and_runs_again_when_a_switch_changes()
    {
        await Page.FillAsync("#question", "Where is the garage?");
        await Page.ClickAsync("#find");
        await Page.Locator(".hits li").First.WaitForAsync();

        Assert.Contains("garage below the square", await Page.Locator(".hits li").First.InnerTextAsync());
        await Page.FillAsync("#topk", "1");
        await Page.Locator("#topk").BlurAsync();
        await Page.GetByText("cut: enough better ones").First.WaitForAsync(new() { State = WaitForSelectorState.Attached });
        Assert.Equal(1, await Page.Locator(".hits li").CountAsync());
        await Page.ClickAsync("#why summary");
        Assert.Equal(["#", "Passage", "Vector", "Keywords", "Fused", "Reranker", "Became"], await Page.Locator("#why th").AllInnerTextsAsync());
        await Page.Locator(".hits button").First.ClickAsync();
        await Page.Locator("#reader[open] mark").First.WaitForAsync();
        Assert.Empty(Complaints);
    }

    // The first candidate has a score of every stage that was asked.
    private async Task ComparedAsync(bool vectors, bool keywords)
    {
        var scores = string.Concat(new[] { vectors, keywords, vectors && keywords }.Select((asked, i) => $"td:nth-child({i + 3}){(asked ? ":not(:empty)" : ":empty")} ~ "));
        await Page.Locator($"#why tbody tr:first-child {scores}td:last-child").WaitForAsync(new() { State = WaitForSelectorState.Attached });
    }

    [Fact(Skip = NoChromium, SkipUnless = nameof(HasChromium))]
    public async Task A_run_that_began_before_the_page_was_loaded_is_shown()
    {
        const string job = "{\"id\":\"j1\",\"stage\":\"indexing\",\"file\":\"maps.pdf\",\"done\":3,\"total\":9,\"added\":6,\"changed\":0,\"removed\":0,\"unchanged\":3,\"failed\":[]}";
        var ended = new TaskCompletionSource();
        await Page.RouteAsync("**/api/ingestions", route => route.FulfillAsync(new() { ContentType = "application/json", Body = $"[{job}]" }));
        await Page.RouteAsync("**/api/ingestions/j1", async route =>
        {
            await ended.Task;
            await route.FulfillAsync(new() { ContentType = "text/event-stream", Body = $"event: progress\ndata: {job}\n\nevent: progress\ndata: {job.Replace("indexing", "done", StringComparison.Ordinal)}\n\n" });
        });

        await Page.ReloadAsync();
        await Page.Locator("#running progress").WaitForAsync();
        ended.SetResult();
        await Page.GetByText("Indexed: 6 added, 0 changed, 0 removed, 3 unchanged.").WaitForAsync();
        Assert.Empty(Complaints);
    }
}
