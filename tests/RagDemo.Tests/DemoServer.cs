using System.Diagnostics;
using System.Net.Http.Json;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace RagDemo.Tests;

/// <summary>The built program, serving its page in a process of its own.</summary>
internal sealed class DemoServer : IAsyncDisposable
{
    private const int Terminate = 15;
    private const string Greeting = "LocalRag demo: ";

    private readonly Process _process;
    private readonly Task<string> _errors;

    private DemoServer(Process process)
    {
        _process = process;
        _errors = process.StandardError.ReadToEndAsync();
    }

    public HttpClient Client { get; } = new();

    /// <summary>Memory of the process in bytes.</summary>
    public long Memory
    {
        get
        {
            _process.Refresh();
            return _process.WorkingSet64;
        }
    }

    /// <summary>Starts the program and returns as soon as it listens.</summary>
    public static async Task<DemoServer> StartAsync(string data, params string[] docs)
    {
        var server = new DemoServer(DemoProcess.Start(["--data", data, "--urls", "http://127.0.0.1:0", .. docs.SelectMany(d => (string[])["--docs", d])]));
        string? line;
        do
        {
            line = await server._process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken) ?? throw new InvalidOperationException(await server._errors);
            TestContext.Current.TestOutputHelper?.WriteLine(line);
        }
        while (!line.StartsWith(Greeting, StringComparison.Ordinal));

        server.Client.BaseAddress = new Uri(line[Greeting.Length..].Split(' ')[0] + "/");
        return server;
    }

    public async Task<JsonElement> PostAsync(string path, object body)
    {
        using var response = await Client.PostAsJsonAsync(path, body, TestContext.Current.CancellationToken);
        response.EnsureSuccessStatusCode();
        return await response.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken);
    }

    /// <summary>The states of the oldest run, which brings the index in step when the program starts.</summary>
    public async IAsyncEnumerable<JsonElement> StartUpAsync()
    {
        JsonElement runs;
        do
        {
            runs = await Client.GetFromJsonAsync<JsonElement>("api/ingestions", TestContext.Current.CancellationToken);
        }
        while (runs.GetArrayLength() == 0);

        using var request = new HttpRequestMessage(HttpMethod.Get, $"api/ingestions/{runs[runs.GetArrayLength() - 1].GetProperty("id").GetString()}") { Headers = { { "Accept", "text/event-stream" } } };
        using var response = await Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
        using var lines = new StreamReader(await response.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken));
        while (await lines.ReadLineAsync(TestContext.Current.CancellationToken) is { } line)
        {
            if (line.StartsWith("data: ", StringComparison.Ordinal))
            {
                yield return JsonElement.Parse(line["data: ".Length..]);
            }
        }
    }

    /// <summary>Ends the process as kill -9 does.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>Ends the process as a service manager does, and returns its exit code.</summary>
    public async Task<int> StopAsync()
    {
        Assert.Equal(0, Signal(_process.Id, Terminate));
        await _process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        if (!_process.HasExited)
        {
            _process.Kill();
            await _process.WaitForExitAsync(CancellationToken.None);
        }

        _process.Dispose();
    }

    [DllImport("libc", EntryPoint = "kill")]
    private static extern int Signal(int process, int signal);
}
