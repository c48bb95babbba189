using Microsoft.Playwright;

namespace RagDemo.Tests;

/// <summary>Opens a demo's page in the system's Chromium and notes whatever the browser complains about.</summary>
public abstract class BrowserTests(RunningDemo demo) : IAsyncLifetime
{
    public const string NoChromium = "There is no Chromium on this machine; .ci/install-chromium brings it.";

    protected const string LastAnswer = ".turn:last-of-type .a:not(:empty)";

    private static readonly string? Chromium = ((string[])["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"]).FirstOrDefault(File.Exists);

    private IPlaywright? _playwright;
    private IBrowser? _browser;
    private IPage? _page;

    public static bool HasChromium => Chromium is not null;

    protected IPage Page => _page!;

    protected List<string> Complaints { get; } = [];

    public async ValueTask InitializeAsync()
    {
        if (!HasChromium)
        {
            return;
        }

        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(new() { ExecutablePath = Chromium, Args = ["--no-sandbox"] });
        await OpenAsync(new());
    }

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        if (_browser is not null)
        {
            await _browser.DisposeAsync();
        }

        _playwright?.Dispose();
    }

    protected async Task OpenAsync(BrowserNewPageOptions options)
    {
        _page = await _browser!.NewPageAsync(options);
        _page.SetDefaultTimeout(20_000);
        _page.Console += (_, message) =>
        {
            // A refused upload or question is an answer of the server, which browsers log as an error of their own.
            if (message.Type == "error" && !message.Text.StartsWith("Failed to load resource", StringComparison.Ordinal))
            {
                Complaints.Add(message.Text);
            }
        };
        _page.PageError += (_, error) => Complaints.Add(error);
        _page.Request += (_, request) =>
        {
            if (!request.Url.StartsWith(demo.Address, StringComparison.Ordinal))
            {
                Complaints.Add($"request to {request.Url}");
            }
        };
        await _page.GotoAsync(demo.Address);
        await _page.Locator("#documents li").First.WaitForAsync();
    }

    protected async Task AskAsync(string question)
    {
        await Page.FillAsync("#question", question);
        await Page.ClickAsync("#send");
        await Page.Locator("#talk[aria-busy=false]").WaitForAsync();
        await Page.Locator($"{LastAnswer} .src button").First.WaitForAsync();
    }
}
