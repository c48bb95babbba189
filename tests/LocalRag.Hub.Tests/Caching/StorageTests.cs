using LocalRag.Connectors.SentenceTransformers.Hub;
using LocalRag.Hub.Tests.Server;

namespace LocalRag.Hub.Tests.Caching;

/// <summary>Links, plain files and folders that cannot be written.</summary>
public sealed class StorageTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Without_links_snapshots_hold_plain_files_and_blobs_stay_empty(bool byEnvironment)
    {
        await using var hub = await FakeHub.StartAsync(("acme/bi", FakeRepository.BiEncoder()));
        if (byEnvironment)
        {
            hub.Environment["HF_HUB_DISABLE_SYMLINKS"] = "TRUE";
        }

        var client = hub.Client(configure: options => options.DisableSymbolicLinks = !byEnvironment);
        var directory = await client.DownloadAsync("acme/bi", cancellationToken: Cancel);

        Assert.All(FakeRepository.NeededFiles, path => Assert.Null(new FileInfo(Path.Combine(directory, path)).LinkTarget));
        Assert.Empty(Directory.EnumerateFiles(Path.Combine(hub.RepositoryFolder("acme/bi"), "blobs")));
        hub.Calls.Clear();
        Assert.Equal(directory, await client.DownloadAsync("acme/bi", cancellationToken: Cancel));
        Assert.Single(hub.Calls);
    }

    [Fact]
    public async Task Without_links_an_existing_blob_is_copied()
    {
        var repository = FakeRepository.BiEncoder();
        await using var hub = await FakeHub.StartAsync(("acme/bi", repository));
        await hub.Client().DownloadAsync("acme/bi", cancellationToken: Cancel);
        repository.Commits[FakeRepository.SecondCommit] = [.. repository.Files];
        repository.Refs["main"] = FakeRepository.SecondCommit;
        hub.Calls.Clear();

        var directory = await hub.Client(configure: options => options.DisableSymbolicLinks = true).DownloadAsync("acme/bi", cancellationToken: Cancel);

        Assert.Empty(hub.ContentCalls);
        var copy = new FileInfo(Path.Combine(directory, "onnx/model.onnx"));
        Assert.Null(copy.LinkTarget);
        Assert.Equal(300_000, copy.Length);
        Assert.True(File.Exists(hub.SnapshotPath("acme/bi", "onnx/model.onnx")));
    }

    [Fact]
    public async Task A_complete_cache_is_served_without_writing_anything()
    {
        await using var hub = await FakeHub.StartAsync(("acme/bi", FakeRepository.BiEncoder()));
        var directory = await hub.Client().DownloadAsync("acme/bi", cancellationToken: Cancel);
        var file = await hub.Client().DownloadFileAsync("acme/bi", "README.md", cancellationToken: Cancel);
        Directory.Delete(Path.Combine(hub.CacheFolder, ".locks"), recursive: true);
        MakeReadOnly(hub.CacheFolder, true);
        var before = State(hub.CacheFolder);
        try
        {
            Assert.Equal(directory, await hub.Client().DownloadAsync("acme/bi", cancellationToken: Cancel));
            Assert.Equal(file, await hub.Client().DownloadFileAsync("acme/bi", "README.md", cancellationToken: Cancel));
            Assert.Equal(directory, await hub.Client().DownloadAsync("acme/bi", new() { LocalFilesOnly = true }, cancellationToken: Cancel));

            // An administrator may write in spite of the modes, so the tree itself has to show that nothing was tried.
            Assert.Equal(before, State(hub.CacheFolder));
        }
        finally
        {
            MakeReadOnly(hub.CacheFolder, false);
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("models--acme--bi/blobs")]
    [InlineData(".locks")]
    public async Task A_cache_that_cannot_be_written_is_named_with_the_way_out(string blocked)
    {
        await using var hub = await FakeHub.StartAsync(("acme/bi", FakeRepository.BiEncoder()));
        var path = Path.Combine(hub.CacheFolder, blocked).TrimEnd(Path.DirectorySeparatorChar);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        await File.WriteAllTextAsync(path, "a file where a folder should be", Cancel);

        var exception = await Assert.ThrowsAsync<HubException>(() => hub.Client().DownloadAsync("acme/bi", cancellationToken: Cancel));

        Assert.Equal(HubErrorKind.CacheNotWritable, exception.Kind);
        Assert.Contains("HF_HUB_CACHE", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_broken_link_is_replaced()
    {
        await using var hub = await FakeHub.StartAsync(("acme/bi", FakeRepository.BiEncoder()));
        var directory = await hub.Client().DownloadAsync("acme/bi", cancellationToken: Cancel);
        var onnx = hub.Repositories["acme/bi"].Files.Single(file => file.Path == "onnx/model.onnx");
        File.Delete(Path.Combine(hub.RepositoryFolder("acme/bi"), "blobs", onnx.Sha256));

        await hub.Client().DownloadAsync("acme/bi", cancellationToken: Cancel);

        Assert.Equal(onnx.Content, await File.ReadAllBytesAsync(Path.Combine(directory, "onnx/model.onnx"), Cancel));
    }

    [Fact]
    public async Task A_blob_that_is_too_short_is_downloaded_again()
    {
        await using var hub = await FakeHub.StartAsync(("acme/bi", FakeRepository.BiEncoder()));
        var directory = await hub.Client().DownloadAsync("acme/bi", cancellationToken: Cancel);
        var onnx = hub.Repositories["acme/bi"].Files.Single(file => file.Path == "onnx/model.onnx");
        await File.WriteAllBytesAsync(Path.Combine(hub.RepositoryFolder("acme/bi"), "blobs", onnx.Sha256), onnx.Content[..10], Cancel);

        await hub.Client().DownloadAsync("acme/bi", cancellationToken: Cancel);

        Assert.Equal(onnx.Content, await File.ReadAllBytesAsync(Path.Combine(directory, "onnx/model.onnx"), Cancel));
    }

    [Fact]
    public async Task A_model_whose_folder_is_a_link_to_another_disk_is_used()
    {
        await using var hub = await FakeHub.StartAsync(("acme/bi", FakeRepository.BiEncoder()));
        var elsewhere = Path.Combine(hub.Folder, "big-disk");
        Directory.CreateDirectory(elsewhere);
        Directory.CreateDirectory(hub.CacheFolder);
        Directory.CreateSymbolicLink(hub.RepositoryFolder("acme/bi"), elsewhere);

        var directory = await hub.Client().DownloadAsync("acme/bi", cancellationToken: Cancel);

        Assert.True(File.Exists(Path.Combine(directory, "config.json")));
        Assert.True(Directory.Exists(Path.Combine(elsewhere, "blobs")));
    }

    private static void MakeReadOnly(string folder, bool readOnly)
    {
        if (!OperatingSystem.IsWindows())
        {
            foreach (var path in Directory.EnumerateDirectories(folder, "*", SearchOption.AllDirectories).Prepend(folder))
            {
                File.SetUnixFileMode(path, readOnly ? UnixFileMode.UserRead | UnixFileMode.UserExecute : UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            }
        }
    }

    private static string[] State(string folder)
        => [.. Directory.EnumerateFileSystemEntries(folder, "*", SearchOption.AllDirectories).Select(path => $"{path} {File.GetLastWriteTimeUtc(path):O}").Order(StringComparer.Ordinal)];
}
