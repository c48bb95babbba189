using LocalRag.Connectors.SentenceTransformers.Hub;
using LocalRag.Hub.Tests.Server;
using Microsoft.Extensions.Logging;

namespace LocalRag.Hub.Tests.Caching;

public sealed class OfflineTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("HF_HUB_OFFLINE")]
    [InlineData("TRANSFORMERS_OFFLINE")]
    [InlineData("client")]
    [InlineData("call")]
    public async Task What_is_cached_is_found_offline_without_a_request(string way)
    {
        await using var hub = await FakeHub.StartAsync(("acme/bi", FakeRepository.BiEncoder()));
        var online = await hub.Client().DownloadAsync("acme/bi", cancellationToken: Cancel);
        var file = await hub.Client().DownloadFileAsync("acme/bi", "README.md", cancellationToken: Cancel);
        hub.Calls.Clear();
        hub.Environment[way] = "1";
        var client = hub.Client(configure: options => options.LocalFilesOnly = way == "client");
        var options = new HubDownloadOptions { LocalFilesOnly = way == "call" };

        Assert.Equal(online, await client.DownloadAsync("acme/bi", options, cancellationToken: Cancel));
        Assert.Equal(file, await client.DownloadFileAsync("acme/bi", "README.md", options, cancellationToken: Cancel));
        Assert.Equal(0, (await client.GetDownloadSizeAsync("acme/bi", options, Cancel)).BytesToDownload);
        Assert.Equal(online, await client.DownloadAsync($"acme/bi@{FakeRepository.FirstCommit}", options, cancellationToken: Cancel));
        Assert.Empty(hub.Calls);
    }

    [Fact]
    public async Task What_is_not_cached_is_missed_offline_without_a_request()
    {
        await using var hub = await FakeHub.StartAsync(("acme/bi", FakeRepository.BiEncoder()));
        var client = hub.Client(configure: options => options.LocalFilesOnly = true);

        var model = await Assert.ThrowsAsync<HubException>(() => client.DownloadAsync("acme/bi", cancellationToken: Cancel));
        var file = await Assert.ThrowsAsync<HubException>(() => client.DownloadFileAsync("acme/bi", "README.md", cancellationToken: Cancel));

        Assert.Equal(HubErrorKind.NotCached, model.Kind);
        Assert.Contains("HF_HUB_OFFLINE", model.Message, StringComparison.Ordinal);
        Assert.Equal(HubErrorKind.NotCached, file.Kind);
        Assert.Empty(hub.Calls);
    }

    [Fact]
    public async Task A_snapshot_with_a_missing_file_names_it_offline()
    {
        await using var hub = await FakeHub.StartAsync(("acme/bi", FakeRepository.BiEncoder()));
        await hub.Client().DownloadAsync("acme/bi", cancellationToken: Cancel);
        File.Delete(hub.SnapshotPath("acme/bi", "tokenizer.json"));

        var exception = await Assert.ThrowsAsync<HubException>(() => hub.Client().DownloadAsync("acme/bi", new() { LocalFilesOnly = true }, cancellationToken: Cancel));

        Assert.Equal(HubErrorKind.NotCached, exception.Kind);
        Assert.Contains("tokenizer.json is missing", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_snapshot_that_Python_made_without_a_listing_is_used_offline()
    {
        await using var hub = await FakeHub.StartAsync(("acme/bi", FakeRepository.BiEncoder()));
        var directory = await hub.Client().DownloadAsync("acme/bi", cancellationToken: Cancel);
        Directory.Delete(Path.Combine(hub.RepositoryFolder("acme/bi"), "trees"), recursive: true);
        hub.Calls.Clear();

        Assert.Equal(directory, await hub.Client().DownloadAsync("acme/bi", new() { LocalFilesOnly = true }, cancellationToken: Cancel));
        Assert.Empty(hub.Calls);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("""{"format_version": 99, "files": {}}""")]
    [InlineData("""{"format_version": 1, "files": {"../x": {"size": 1, "blob_id": "1111111111111111111111111111111111111111"}}}""")]
    [InlineData("""{"format_version": 1, "files": {"x": {"size": 1, "blob_id": "../../x"}}}""")]
    public async Task A_listing_in_the_cache_that_cannot_be_trusted_is_as_good_as_none(string content)
    {
        await using var hub = await FakeHub.StartAsync(("acme/bi", FakeRepository.BiEncoder()));
        var directory = await hub.Client().DownloadAsync("acme/bi", cancellationToken: Cancel);
        await File.WriteAllTextAsync(Path.Combine(hub.RepositoryFolder("acme/bi"), "trees", FakeRepository.FirstCommit + ".json"), content, Cancel);
        hub.Calls.Clear();

        Assert.Equal(directory, await hub.Client().DownloadAsync($"acme/bi@{FakeRepository.FirstCommit}", cancellationToken: Cancel));
        Assert.Single(hub.Calls);
    }

    [Fact]
    public async Task A_reference_with_blanks_around_the_commit_is_understood()
    {
        await using var hub = await FakeHub.StartAsync(("acme/bi", FakeRepository.BiEncoder()));
        var directory = await hub.Client().DownloadAsync("acme/bi", cancellationToken: Cancel);
        await File.WriteAllTextAsync(Path.Combine(hub.RepositoryFolder("acme/bi"), "refs", "main"), $" {FakeRepository.FirstCommit}\n", Cancel);

        Assert.Equal(directory, await hub.Client().DownloadAsync("acme/bi", new() { LocalFilesOnly = true }, cancellationToken: Cancel));
    }

    [Fact]
    public async Task A_file_that_does_not_exist_is_remembered()
    {
        await using var hub = await FakeHub.StartAsync(("acme/bi", FakeRepository.BiEncoder()));

        await Assert.ThrowsAsync<HubException>(() => hub.Client().DownloadFileAsync("acme/bi", "onnx/none.onnx", cancellationToken: Cancel));
        Assert.True(File.Exists(Path.Combine(hub.RepositoryFolder("acme/bi"), ".no_exist", FakeRepository.FirstCommit, "onnx/none.onnx")));
        hub.Calls.Clear();

        foreach (var options in new HubDownloadOptions[] { new() { LocalFilesOnly = true }, new() { Revision = FakeRepository.FirstCommit } })
        {
            var exception = await Assert.ThrowsAsync<HubException>(() => hub.Client().DownloadFileAsync("acme/bi", "onnx/none.onnx", options, cancellationToken: Cancel));
            Assert.Equal(HubErrorKind.FileNotFound, exception.Kind);
        }

        Assert.Empty(hub.Calls);
    }

    [Theory]
    [InlineData(500, null)]
    [InlineData(503, null)]
    [InlineData(401, "RepoNotFound")]
    [InlineData(403, "GatedRepo")]
    public async Task When_the_hub_fails_the_cached_copy_is_used_at_once_and_the_log_says_so(int status, string? code)
    {
        await using var hub = await FakeHub.StartAsync(("acme/bi", FakeRepository.BiEncoder()));
        var directory = await hub.Client().DownloadAsync("acme/bi", cancellationToken: Cancel);
        var file = await hub.Client().DownloadFileAsync("acme/bi", "README.md", cancellationToken: Cancel);
        hub.Calls.Clear();
        hub.Intercept = (context, call) =>
        {
            FakeHub.Fail(context, status, code, "no");
            return Task.FromResult(true);
        };
        var log = new ListLogger();

        Assert.Equal(directory, await hub.Client(logger: log).DownloadAsync("acme/bi", cancellationToken: Cancel));
        Assert.Equal(file, await hub.Client(logger: log).DownloadFileAsync("acme/bi", "README.md", cancellationToken: Cancel));

        Assert.Equal(2, hub.Calls.Count);
        Assert.Empty(hub.Time.Pauses);
        Assert.Equal(2, log.Lines.Count(line => line.StartsWith("Warning: The hub could not be asked about 'acme/bi'", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task When_the_network_fails_the_cached_copy_is_used()
    {
        await using var hub = await FakeHub.StartAsync(("acme/bi", FakeRepository.BiEncoder()));
        var directory = await hub.Client().DownloadAsync("acme/bi", cancellationToken: Cancel);
        using var handler = new StubHandler(_ => throw new HttpRequestException(HttpRequestError.ConnectionError, "Connection refused"));

        Assert.Equal(directory, await hub.Client(handler: handler).DownloadAsync("acme/bi", cancellationToken: Cancel));
        Assert.Single(handler.Requests);
    }

    [Fact]
    public async Task A_failing_proxy_a_lost_revision_and_a_lost_file_surface_in_spite_of_a_cached_copy()
    {
        await using var hub = await FakeHub.StartAsync(("acme/bi", FakeRepository.BiEncoder()));
        await hub.Client().DownloadAsync("acme/bi", cancellationToken: Cancel);
        await hub.Client().DownloadFileAsync("acme/bi", "README.md", cancellationToken: Cancel);
        using var proxy = new StubHandler(_ => throw new HttpRequestException(HttpRequestError.ProxyTunnelError, "407"));

        Assert.Equal(HubErrorKind.ProxyFailed, (await Assert.ThrowsAsync<HubException>(() => hub.Client(handler: proxy).DownloadAsync("acme/bi", cancellationToken: Cancel))).Kind);
        Assert.Single(proxy.Requests);

        hub.Repositories["acme/bi"].Files.Clear();
        Assert.Equal(HubErrorKind.FileNotFound, (await Assert.ThrowsAsync<HubException>(() => hub.Client().DownloadFileAsync("acme/bi", "README.md", cancellationToken: Cancel))).Kind);
        hub.Repositories["acme/bi"].Refs.Clear();
        Assert.Equal(HubErrorKind.RevisionNotFound, (await Assert.ThrowsAsync<HubException>(() => hub.Client().DownloadAsync("acme/bi", cancellationToken: Cancel))).Kind);
    }

    [Fact]
    public async Task An_incomplete_copy_does_not_stand_in_for_a_failing_hub()
    {
        await using var hub = await FakeHub.StartAsync(("acme/bi", FakeRepository.BiEncoder()));
        await hub.Client().DownloadAsync("acme/bi", cancellationToken: Cancel);
        File.Delete(hub.SnapshotPath("acme/bi", "config.json"));
        hub.Intercept = (context, call) =>
        {
            context.Response.StatusCode = 503;
            return Task.FromResult(true);
        };

        Assert.Equal(HubErrorKind.Unavailable, (await Assert.ThrowsAsync<HubException>(() => hub.Client().DownloadAsync("acme/bi", cancellationToken: Cancel))).Kind);
    }

    private sealed class ListLogger : ILogger
    {
        public List<string> Lines { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
            => Lines.Add($"{logLevel}: {formatter(state, exception)}");
    }
}
