using LocalRag.Hub.Tests.Server;

namespace LocalRag.Hub.Tests.Downloading;

public sealed class SnapshotTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Only_the_needed_files_are_downloaded_each_once()
    {
        await using var hub = await FakeHub.StartAsync(("acme/bi", FakeRepository.BiEncoder()));

        var directory = await hub.Client().DownloadAsync("acme/bi", cancellationToken: Cancel);

        Assert.Equal(FakeRepository.NeededFiles, FilesOf(directory));
        foreach (var file in hub.Repositories["acme/bi"].Files.Where(file => FakeRepository.NeededFiles.Contains(file.Path)))
        {
            Assert.Equal(file.Content, await File.ReadAllBytesAsync(Path.Combine(directory, file.Path), Cancel));
        }

        // Files of equal content are one blob.
        var needed = hub.Repositories["acme/bi"].Files.Where(file => FakeRepository.NeededFiles.Contains(file.Path));
        Assert.Equal(needed.DistinctBy(file => file.ETag).Count(), hub.ContentCalls.Count());
        Assert.DoesNotContain(hub.Calls, call => call.Method == "HEAD");
        Assert.Single(hub.Calls, call => call.Path.StartsWith("/api/models/", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_cached_commit_costs_one_listing_and_no_head()
    {
        await using var hub = await FakeHub.StartAsync(("acme/bi", FakeRepository.BiEncoder()));
        var first = await hub.Client().DownloadAsync("acme/bi", cancellationToken: Cancel);
        hub.Calls.Clear();

        var second = await hub.Client().DownloadAsync("acme/bi", cancellationToken: Cancel);

        Assert.Equal(first, second);
        var call = Assert.Single(hub.Calls);
        Assert.Equal("/api/models/acme/bi/revision/main?blobs=true", call.Target);
    }

    private static string[] FilesOf(string directory)
        => [.. Directory.EnumerateFiles(directory, "*", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(directory, file).Replace('\\', '/')).Order(StringComparer.Ordinal)];
}
