using LocalRag.Connectors.SentenceTransformers.Hub;
using LocalRag.Hub.Tests.Server;

namespace LocalRag.Hub.Tests.Naming;

public sealed class ModelLocatorTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_existing_directory_wins_over_the_hub()
    {
        await using var hub = await FakeHub.StartAsync(("acme/bi", FakeRepository.BiEncoder()));
        var name = Path.GetRelativePath(Environment.CurrentDirectory, Directory.CreateDirectory(Path.Combine(hub.Folder, "models", "bi")).FullName);

        Assert.Equal(Path.Combine(hub.Folder, "models", "bi"), await ResolveAsync(hub, name));
        Assert.Empty(hub.Calls);
    }

    [Theory]
    [InlineData("./missing")]
    [InlineData("../missing/model")]
    [InlineData("/missing/model")]
    [InlineData("~/missing")]
    [InlineData("C:missing")]
    [InlineData("D:/missing")]
    [InlineData("a/b/c")]
    [InlineData(".hidden/model")]
    [InlineData("models\\missing")]
    public async Task What_looks_like_a_path_is_never_asked_from_the_hub(string text)
    {
        await using var hub = await FakeHub.StartAsync();

        var exception = await Assert.ThrowsAsync<DirectoryNotFoundException>(() => ResolveAsync(hub, text));

        Assert.Contains($"'{text}'", exception.Message, StringComparison.Ordinal);
        Assert.Contains("no hub was asked", exception.Message, StringComparison.Ordinal);
        Assert.Empty(hub.Calls);
    }

    [Fact]
    public async Task A_name_with_an_owner_is_downloaded_with_and_without_revision()
    {
        var repository = FakeRepository.BiEncoder();
        repository.Refs["refs/pr/1"] = FakeRepository.FirstCommit;
        await using var hub = await FakeHub.StartAsync(("acme/bi", repository));

        Assert.Equal(hub.SnapshotPath("acme/bi", ""), await ResolveAsync(hub, "acme/bi"));
        Assert.Equal(hub.SnapshotPath("acme/bi", ""), await ResolveAsync(hub, "acme/bi@refs/pr/1"));
        Assert.Equal(hub.SnapshotPath("acme/bi", ""), await ModelLocator.ResolveAsync("acme/bi", hub.Client(), new() { Revision = "refs/pr/1" }, ModelKind.BiEncoder, null, Cancel));
    }

    [Theory]
    [InlineData(false, "sentence-transformers/tiny")]
    [InlineData(true, "cross-encoder/tiny")]
    public async Task A_bare_name_gets_the_owner_of_its_kind(bool isCrossEncoder, string expected)
    {
        await using var hub = await FakeHub.StartAsync((expected, FakeRepository.BiEncoder()));

        Assert.Equal(hub.SnapshotPath(expected, ""), await ResolveAsync(hub, "tiny", isCrossEncoder ? ModelKind.CrossEncoder : ModelKind.BiEncoder));
    }

    [Fact]
    public async Task A_miss_says_what_was_tried()
    {
        await using var hub = await FakeHub.StartAsync();

        var exception = await Assert.ThrowsAsync<HubException>(() => ResolveAsync(hub, "acme/none"));

        Assert.Equal(HubErrorKind.RepositoryNotFound, exception.Kind);
        Assert.Contains($"the directory '{Path.GetFullPath("acme/none")}', which does not exist", exception.Message, StringComparison.Ordinal);
        Assert.Contains("the hub's 'acme/none'", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_name_that_is_neither_says_so()
    {
        await using var hub = await FakeHub.StartAsync();

        var exception = await Assert.ThrowsAsync<ArgumentException>(() => ResolveAsync(hub, "my model"));

        Assert.Contains(Path.GetFullPath("my model"), exception.Message, StringComparison.Ordinal);
        Assert.Contains("owner/name", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_is_no_model()
    {
        await using var hub = await FakeHub.StartAsync();
        var file = Path.Combine(hub.Folder, "model.onnx");
        await File.WriteAllTextAsync(file, "", Cancel);

        Assert.Contains("is a file", (await Assert.ThrowsAsync<DirectoryNotFoundException>(() => ResolveAsync(hub, file))).Message, StringComparison.Ordinal);
    }

    private static Task<string> ResolveAsync(FakeHub hub, string text, ModelKind kind = ModelKind.BiEncoder)
        => ModelLocator.ResolveAsync(text, hub.Client(), null, kind, null, Cancel);
}
