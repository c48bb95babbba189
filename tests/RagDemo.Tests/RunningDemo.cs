using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using RagDemo.Documents;
using RagDemo.Web;

namespace RagDemo.Tests;

/// <summary>The page and its API, served inside the test process over a real port with the embedded models.</summary>
public sealed class RunningDemo : IAsyncLifetime
{
    private WebApplication? _app;

    public DocumentFolder Folder { get; } = new();

    public HttpClient Client { get; } = new();

    public string Address => Client.BaseAddress!.ToString();

    internal IServiceProvider Services => _app!.Services;

    public async ValueTask InitializeAsync()
    {
        _app = WebDemo.Build(DemoSettings.Load([Folder.Docs], Folder.Data), "http://127.0.0.1:0");
        await _app.StartAsync();
        Client.BaseAddress = new Uri(_app.Urls.Single() + "/");
        var job = _app.Services.GetRequiredService<IngestionJobs>().StartUp();
        await foreach (var state in job.WatchAsync(CancellationToken.None))
        {
            Assert.Null(state.Error);
        }
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        if (_app is not null)
        {
            await _app.DisposeAsync();
        }

        Folder.Dispose();
    }

    internal async Task<JsonElement> PostAsync(string path, object body)
    {
        using var response = await Client.PostAsJsonAsync(path, body, TestContext.Current.CancellationToken);
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        return await response.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken);
    }

    /// <summary>Uploads one file and waits until it is indexed.</summary>
    internal async Task<JsonElement> UploadAsync(string name, byte[] content)
    {
        using var response = await Client.PostAsync("api/documents", Form(name, content), TestContext.Current.CancellationToken);
        Assert.Equal(System.Net.HttpStatusCode.Accepted, response.StatusCode);
        var lines = await Client.SendAsync(new(HttpMethod.Get, response.Headers.Location) { Headers = { { "Accept", "text/event-stream" } } }, TestContext.Current.CancellationToken);
        var events = await lines.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        return JsonElement.Parse(events.Split("data: ")[^1].Split('\n')[0]);
    }

    internal static MultipartFormDataContent Form(string name, byte[] content) => new() { { new ByteArrayContent(content), "files", name } };
}
