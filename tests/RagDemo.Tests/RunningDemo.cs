using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using RagDemo.Documents;
using RagDemo.Web;

namespace RagDemo.Tests;

/// <summary>The page and its API, served inside the test process over a real port with the embedded models.</summary>
public class RunningDemo : IAsyncLifetime
{
    private WebApplication? _app;

    public DocumentFolder Folder { get; } = new();

    public HttpClient Client { get; } = new();

    public string Address => Client.BaseAddress!.ToString();

    internal IServiceProvider Services => _app!.Services;

    /// <summary>Settings that go before those of appsettings.json.</summary>
    protected virtual Dictionary<string, string?> Settings { get; } = [];

    public virtual async ValueTask InitializeAsync() => await StartAsync();

    /// <summary>Starts with other settings or services.</summary>
    internal static async Task<RunningDemo> StartAsync(Dictionary<string, string?> settings, Action<IServiceCollection>? configure = null)
    {
        var demo = new RunningDemo();
        foreach (var (name, value) in settings)
        {
            demo.Settings[name] = value;
        }

        await demo.StartAsync(configure);
        return demo;
    }

    public virtual async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        Client.Dispose();
        if (_app is not null)
        {
            await _app.StopAsync();
            await _app.DisposeAsync();
        }

        Folder.Dispose();
    }

    private async Task StartAsync(Action<IServiceCollection>? configure = null)
    {
        _app = WebDemo.Build(DemoSettings.Load([Folder.Docs], Folder.Data, Settings), "http://127.0.0.1:0", configure);
        await _app.StartAsync();
        Client.BaseAddress = new Uri(_app.Urls.Single() + "/");
        var job = _app.Services.GetRequiredService<IngestionJobs>().StartUp();
        await foreach (var state in job.WatchAsync(CancellationToken.None))
        {
            Assert.Null(state.Error);
        }
    }

    internal async Task<JsonElement> PostAsync(string path, object body)
    {
        using var response = await Client.PostAsJsonAsync(path, body, TestContext.Current.CancellationToken);
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        return await response.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken);
    }

    /// <summary>Asks for server-sent events and returns all of them.</summary>
    internal async Task<List<(string Type, JsonElement Data)>> StreamAsync(object question)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "api/ask") { Content = JsonContent.Create(question), Headers = { { "Accept", "text/event-stream" } } };
        using var response = await Client.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal("text/event-stream", response.Content.Headers.ContentType!.MediaType);
        return EventsOf(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    /// <summary>Uploads one file and waits until it is indexed.</summary>
    internal async Task<JsonElement> UploadAsync(string name, byte[] content)
    {
        using var response = await Client.PostAsync("api/documents", Form(name, content), TestContext.Current.CancellationToken);
        Assert.Equal(System.Net.HttpStatusCode.Accepted, response.StatusCode);
        using var lines = await Client.SendAsync(new(HttpMethod.Get, response.Headers.Location) { Headers = { { "Accept", "text/event-stream" } } }, TestContext.Current.CancellationToken);
        return EventsOf(await lines.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))[^1].Data;
    }

    internal static MultipartFormDataContent Form(string name, byte[] content) => new() { { new ByteArrayContent(content), "files", name } };

    private static List<(string Type, JsonElement Data)> EventsOf(string stream) =>
        [.. stream.Split("\n\n", StringSplitOptions.RemoveEmptyEntries).Where(b => b[0] != ':').Select(block => block.Split('\n'))
            .Select(lines => (lines[0]["event: ".Length..], JsonElement.Parse(lines[1]["data: ".Length..])))];
}
