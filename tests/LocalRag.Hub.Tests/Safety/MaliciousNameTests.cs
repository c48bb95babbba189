using LocalRag.Connectors.SentenceTransformers.Hub;
using LocalRag.Connectors.SentenceTransformers.Hub.Naming;
using LocalRag.Hub.Tests.Server;

namespace LocalRag.Hub.Tests.Safety;

/// <summary>File names of a repository that would leave the cache, or that some system cannot hold.</summary>
public sealed class MaliciousNameTests
{
    /// <summary>Tricks: the repository is refused even when the file is not needed.</summary>
    public static TheoryData<string> Tricks =>
    [
        "../evil.json", "..", ".", "1_Pooling/../../evil.json", "1_Pooling/..", "onnx/./model.onnx", "/etc/cron.d/evil", "//server/share/evil", "onnx//evil",
        "..\\evil.json", "1_Pooling\\..\\..\\evil.json", "\\evil.json", "\\\\server\\share\\evil.json", "1_Pooling/\\\\server\\share", "onnx\\model.onnx",
        "C:\\evil.json", "C:/evil.json", "C:evil.json", "1_Pooling/D:evil.json", "config.json:stream", "1_Pooling/config.json::$DATA",
        "evil\0.json", "evil\n.json", "evil\u001b[2J.json", "evil/", "",
    ];

    /// <summary>Names that only some systems refuse: not a reason to refuse a repository that does not need them.</summary>
    public static TheoryData<string> Unportable =>
    [
        "1_Pooling/CON", "1_Pooling/con.json", "1_Pooling/NUL.tar.gz", "AUX/config.json", "COM1", "lpt9.txt", "1_Pooling/COM¹", "NUL ", "nul .txt",
        "config.json.", "config.json ", " config.json", "1_Pooling./config.json", "1_Pooling /config.json", "what?.json", "a|b", "a*b", "<a>", "\"a\"",
    ];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Tricks))]
    public async Task A_repository_with_such_a_name_is_refused_before_anything_is_written(string path)
    {
        var repository = FakeRepository.BiEncoder();
        repository.Files.Add(FakeFile.Small(path, "evil"));
        await using var hub = await FakeHub.StartAsync(("acme/evil", repository));

        var exception = await Assert.ThrowsAsync<HubException>(() => hub.Client(FakeHub.Token).DownloadAsync("acme/evil", cancellationToken: Cancel));

        Assert.Equal(HubErrorKind.Unsafe, exception.Kind);
        Assert.DoesNotContain(exception.Message, char.IsControl);
        Assert.Single(hub.Calls);
        Assert.Empty(Directory.EnumerateFileSystemEntries(hub.Folder));
        await Assert.ThrowsAnyAsync<ArgumentException>(() => hub.Client().DownloadFileAsync("acme/evil", path, cancellationToken: Cancel));
    }

    [Theory]
    [MemberData(nameof(Unportable))]
    public async Task A_name_that_some_system_cannot_hold_is_refused_when_it_is_needed_and_left_alone_when_not(string path)
    {
        var repository = FakeRepository.BiEncoder();
        repository.Files.Add(FakeFile.Small(path, "odd"));
        await using var hub = await FakeHub.StartAsync(("acme/odd", repository));

        await hub.Client().DownloadAsync("acme/odd", cancellationToken: Cancel);
        Assert.False(File.Exists(hub.SnapshotPath("acme/odd", path)));

        Assert.Equal(HubErrorKind.Unsafe, Assert.Throws<HubException>(() => RemotePath.CheckAll("acme/odd", [path])).Kind);
        await Assert.ThrowsAsync<ArgumentException>(() => hub.Client().DownloadFileAsync("acme/odd", path, cancellationToken: Cancel));
    }

    [Theory]
    [InlineData("config.json", "Config.json")]
    [InlineData("1_Pooling/config.json", "1_pooling/config.json")]
    [InlineData("onnx", "onnx/model.onnx")]
    [InlineData("Onnx", "onnx/model.onnx")]
    public void Names_that_fall_on_the_same_file_are_refused(string first, string second)
        => Assert.Equal(HubErrorKind.Unsafe, Assert.Throws<HubException>(() => RemotePath.CheckAll("acme/evil", [first, second])).Kind);

    [Fact]
    public void A_part_longer_than_file_systems_hold_is_refused()
    {
        RemotePath.CheckAll("acme/long", ["a/" + new string('x', 255)]);
        Assert.Throws<HubException>(() => RemotePath.CheckAll("acme/long", ["a/" + new string('x', 256)]));
        Assert.Throws<HubException>(() => RemotePath.CheckAll("acme/long", ["a/" + new string('é', 128)]));
    }

    [Theory]
    [InlineData("config.json")]
    [InlineData("1_Pooling/config.json")]
    [InlineData(".gitattributes")]
    [InlineData("onnx/model..v2.onnx")]
    [InlineData("模型/配置.json")]
    [InlineData("console.json")]
    [InlineData("a b/c+d=e.json")]
    public void An_ordinary_name_is_accepted(string path) => RemotePath.CheckAll("acme/good", [path]);

    [Fact]
    public async Task Modules_that_point_outside_of_the_repository_bring_nothing()
    {
        var repository = FakeRepository.BiEncoder();
        repository.Replace(FakeFile.Small("modules.json", """[{"path": "", "type": "Transformer"}, {"path": "../../../../outside", "type": "Dense"}, {"path": "/etc", "type": "Pooling"}, {"path": null, "type": null}, null]"""));
        await using var hub = await FakeHub.StartAsync(("acme/evil", repository));

        var directory = await hub.Client().DownloadAsync("acme/evil", cancellationToken: Cancel);

        Assert.DoesNotContain(Directory.EnumerateFiles(directory, "*", SearchOption.AllDirectories), path => path.Contains("1_Pooling", StringComparison.Ordinal));
        Assert.Equal(["cache"], Directory.EnumerateFileSystemEntries(hub.Folder).Select(Path.GetFileName));
    }
}
