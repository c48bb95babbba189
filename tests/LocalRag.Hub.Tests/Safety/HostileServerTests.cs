using LocalRag.Connectors.SentenceTransformers.Hub;
using LocalRag.Hub.Tests.Server;

namespace LocalRag.Hub.Tests.Safety;

/// <summary>Servers that lie, and links that somebody planted in the cache.</summary>
public sealed class HostileServerTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(10)]
    [InlineData(299_999)]
    public async Task A_file_that_is_longer_than_announced_is_refused(long size)
    {
        await using var hub = await StartAsync(file => file with { Size = size });
        Assert.Equal(HubErrorKind.Corrupt, (await FailAsync(hub)).Kind);
    }

    [Fact]
    public async Task A_file_that_is_shorter_than_announced_is_refused()
    {
        await using var hub = await StartAsync(file => file with { Size = 300_001 });
        Assert.Equal(HubErrorKind.Unavailable, (await FailAsync(hub)).Kind);
    }

    [Theory]
    [InlineData(long.MaxValue)]
    [InlineData(1L << 60)]
    public async Task A_file_that_no_disk_can_hold_is_refused_before_it_is_asked_for(long size)
    {
        await using var hub = await StartAsync(file => file with { Size = size });

        var exception = await FailAsync(hub);

        Assert.Equal(HubErrorKind.CacheNotWritable, exception.Kind);
        Assert.Contains("free", exception.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(hub.Calls, call => call.ToStorage);
    }

    [Fact]
    public async Task A_file_with_another_hash_than_announced_is_refused_and_deleted()
    {
        await using var hub = await StartAsync(file => file);
        var onnx = hub.Repositories["acme/evil"].Files.Single(file => file.Path == "onnx/model.onnx");
        hub.Intercept = async (context, call) =>
        {
            if (!call.Path.EndsWith(onnx.Sha256, StringComparison.Ordinal))
            {
                return false;
            }

            await FakeHub.WriteContentAsync(context, new byte[onnx.Content.Length]);
            return true;
        };

        Assert.Equal(HubErrorKind.Corrupt, (await FailAsync(hub)).Kind);
        Assert.DoesNotContain(Directory.EnumerateFiles(hub.CacheFolder, "*", SearchOption.AllDirectories), path => path.Contains(onnx.Sha256, StringComparison.Ordinal) && !path.EndsWith(".lock", StringComparison.Ordinal));
        Assert.False(File.Exists(hub.SnapshotPath("acme/evil", onnx.Path)));
    }

    [Theory]
    [InlineData("models--acme--bi/blobs")]
    [InlineData("models--acme--bi/snapshots")]
    [InlineData("models--acme--bi/snapshots/1111111111111111111111111111111111111111")]
    [InlineData("models--acme--bi/snapshots/1111111111111111111111111111111111111111/onnx")]
    [InlineData("models--acme--bi/refs")]
    [InlineData("models--acme--bi/trees")]
    [InlineData(".locks")]
    [InlineData(".locks/models--acme--bi")]
    public async Task A_planted_link_in_place_of_a_folder_is_refused_and_nothing_is_written_through_it(string folder)
    {
        await using var hub = await FakeHub.StartAsync(("acme/bi", FakeRepository.BiEncoder()));
        var outside = Directory.CreateDirectory(Path.Combine(hub.Folder, "outside")).FullName;
        var link = Path.Combine(hub.CacheFolder, folder);
        Directory.CreateDirectory(Path.GetDirectoryName(link)!);
        Directory.CreateSymbolicLink(link, outside);

        var exception = await Assert.ThrowsAsync<HubException>(() => hub.Client().DownloadAsync("acme/bi", cancellationToken: Cancel));

        Assert.Equal(HubErrorKind.Unsafe, exception.Kind);
        Assert.Contains("symbolic link", exception.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(outside));
    }

    [Theory]
    [InlineData("blobs/{0}")]
    [InlineData("blobs/{0}.incomplete")]
    [InlineData("snapshots/1111111111111111111111111111111111111111/onnx/model.onnx")]
    [InlineData("refs/main")]
    [InlineData("trees/1111111111111111111111111111111111111111.json")]
    public async Task A_planted_link_in_place_of_a_file_is_replaced_and_its_target_stays_as_it_was(string file)
    {
        await using var hub = await FakeHub.StartAsync(("acme/bi", FakeRepository.BiEncoder()));
        var onnx = hub.Repositories["acme/bi"].Files.Single(entry => entry.Path == "onnx/model.onnx");
        var outside = Path.Combine(hub.Folder, "authorized_keys");
        await File.WriteAllTextAsync(outside, "precious", Cancel);
        var link = Path.Combine(hub.RepositoryFolder("acme/bi"), file.Replace("{0}", onnx.Sha256, StringComparison.Ordinal));
        Directory.CreateDirectory(Path.GetDirectoryName(link)!);
        File.CreateSymbolicLink(link, outside);

        await hub.Client().DownloadAsync("acme/bi", cancellationToken: Cancel);

        Assert.Equal("precious", await File.ReadAllTextAsync(outside, Cancel));
        Assert.Equal(onnx.Content, await File.ReadAllBytesAsync(hub.SnapshotPath("acme/bi", onnx.Path), Cancel));
        Assert.NotEqual(outside, new FileInfo(link).LinkTarget);
    }

    [Fact]
    public async Task A_planted_link_in_place_of_a_lock_creates_nothing()
    {
        await using var hub = await FakeHub.StartAsync(("acme/bi", FakeRepository.BiEncoder()));
        var outside = Path.Combine(hub.Folder, "created");
        var onnx = hub.Repositories["acme/bi"].Files.Single(entry => entry.Path == "onnx/model.onnx");
        var link = Path.Combine(hub.CacheFolder, ".locks", "models--acme--bi", onnx.Sha256 + ".lock");
        Directory.CreateDirectory(Path.GetDirectoryName(link)!);
        File.CreateSymbolicLink(link, outside);

        Assert.Equal(HubErrorKind.Unsafe, (await Assert.ThrowsAsync<HubException>(() => hub.Client().DownloadAsync("acme/bi", cancellationToken: Cancel))).Kind);
        Assert.False(File.Exists(outside));
    }

    private static Task<HubException> FailAsync(FakeHub hub)
        => Assert.ThrowsAsync<HubException>(() => hub.Client(FakeHub.Token).DownloadAsync("acme/evil", cancellationToken: Cancel));

    private static async Task<FakeHub> StartAsync(Func<FakeFile, FakeFile> change)
    {
        var repository = FakeRepository.BiEncoder();
        repository.Replace(change(repository.Files.Single(file => file.Path == "onnx/model.onnx")));
        return await FakeHub.StartAsync(("acme/evil", repository));
    }
}
