using System.CommandLine;
using System.Text;
using LocalRag.Cli;
using LocalRag.Cli.Commands;
using LocalRag.Cli.Models;
using LocalRag.Connectors.SentenceTransformers.Hub;
using LocalRag.Hub.Tests.Server;

namespace LocalRag.Hub.Tests.Commands;

public sealed class HubCommandTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Download_brings_the_model_and_prints_its_directory()
    {
        await using var hub = await FakeHub.StartAsync(("acme/bi", FakeRepository.BiEncoder()));

        var (code, output, error) = await RunAsync(hub, DownloadCommand.Create, "acme/bi");

        Assert.Equal((0, hub.SnapshotPath("acme/bi", "") + "\n", ""), (code, output, error));
        Assert.True(File.Exists(hub.SnapshotPath("acme/bi", "onnx/model.onnx")));
    }

    [Theory]
    [InlineData("--revision")]
    [InlineData("@")]
    public async Task Download_takes_a_revision_and_the_ONNX_file_that_is_asked_for(string way)
    {
        var repository = FakeRepository.BiEncoder();
        repository.Refs["v1"] = FakeRepository.FirstCommit;
        repository.Refs.Remove("main");
        await using var hub = await FakeHub.StartAsync(("acme/bi", repository));
        string[] name = way == "@" ? ["acme/bi@v1"] : ["acme/bi", "--revision", "v1"];

        var (code, output, _) = await RunAsync(hub, DownloadCommand.Create, [.. name, "--file", "onnx/model_O4.onnx"]);

        Assert.Equal((0, hub.SnapshotPath("acme/bi", "") + "\n"), (code, output));
        Assert.True(File.Exists(hub.SnapshotPath("acme/bi", "onnx/model_O4.onnx")));
        Assert.True(File.Exists(hub.SnapshotPath("acme/bi", "tokenizer.json")));
        Assert.False(File.Exists(hub.SnapshotPath("acme/bi", "onnx/model.onnx")));
    }

    [Fact]
    public async Task Download_of_any_other_file_brings_it_alone_and_prints_its_path()
    {
        await using var hub = await FakeHub.StartAsync(("acme/bi", FakeRepository.BiEncoder()));

        var (code, output, _) = await RunAsync(hub, DownloadCommand.Create, "acme/bi", "--file", "README.md");

        Assert.Equal((0, hub.SnapshotPath("acme/bi", "README.md") + "\n"), (code, output));
        Assert.Single(hub.ContentCalls);
    }

    [Theory]
    [InlineData("all-MiniLM-L6-v2", "owner/name")]
    [InlineData("acme/none", "RepoNotFound")]
    public async Task Download_of_what_is_not_there_says_so_on_the_error_stream(string name, string expected)
    {
        await using var hub = await FakeHub.StartAsync();

        var (code, output, error) = await RunAsync(hub, DownloadCommand.Create, name);

        Assert.Equal((1, ""), (code, output));
        Assert.StartsWith("localrag: ", error, StringComparison.Ordinal);
        Assert.Contains(expected, error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Download_of_a_reranker_without_ONNX_names_the_class_that_exports_it()
    {
        var repository = new FakeRepository();
        repository.Files.AddRange([FakeFile.Small("config.json", "{}"), FakeFile.Large("model.safetensors", 10)]);
        await using var hub = await FakeHub.StartAsync(("cross-encoder/tiny", repository));

        var (code, _, error) = await RunAsync(hub, DownloadCommand.Create, "cross-encoder/tiny");

        Assert.Equal(1, code);
        Assert.Contains("CrossEncoder('cross-encoder/tiny', backend='onnx')", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Push_sends_the_directory_with_all_its_options_and_prints_the_commit()
    {
        await using var hub = await FakeHub.StartAsync();
        var model = Directory.CreateDirectory(Path.Combine(hub.Folder, "model")).FullName;
        await File.WriteAllTextAsync(Path.Combine(model, "config.json"), "{}", Cancel);

        var first = await RunAsync(hub, PushCommand.Create, model, "acme/new", "--message", "First", "--description", "More", "--private", "--tag", "one", "--tag", "two");
        var second = await RunAsync(hub, PushCommand.Create, model, "acme/new", "--exist-ok", "--revision", "next", "--create-pr", "--tag", "three");
        var third = await RunAsync(hub, PushCommand.Create, model, "acme/new");

        Assert.Equal((0, new Uri(hub.Url, $"/acme/new/commit/{FakeRepository.SecondCommit}").AbsoluteUri + "\n"), (first.Code, first.Output));
        Assert.Contains("\"summary\":\"First\",\"description\":\"More\"", hub.CallsTo("/commit/").First().Text, StringComparison.Ordinal);
        Assert.True(hub.Repositories["acme/new"].IsPrivate);
        Assert.Contains("- one\n- two\n", Encoding.UTF8.GetString(hub.Repositories["acme/new"].Commits[FakeRepository.SecondCommit].Single(file => file.Path == "README.md").Content), StringComparison.Ordinal);
        Assert.Equal(0, second.Code);
        Assert.Equal(1, third.Code);
        Assert.Contains("ExistOk", third.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void The_bar_is_drawn_for_watchers_at_a_readable_pace_and_wiped_at_the_end()
    {
        using var error = new StringWriter();
        var clock = new StepTime();
        using (var bar = new DownloadProgress(new ToolStreams(Stream.Null, Stream.Null, error, ShowProgress: true), clock))
        {
            clock.Now += TimeSpan.FromSeconds(1);
            bar.Report(new HubProgress("a", 0, 8_000_000, 3_000_000, 12_000_000, 1, 3));
            bar.Report(new HubProgress("a", 0, 8_000_000, 4_000_000, 12_000_000, 1, 3));
            clock.Now += TimeSpan.FromSeconds(1);
            bar.Report(new HubProgress("a", 0, 8_000_000, 12_000_000, 12_000_000, 3, 3));
        }

        var lines = error.ToString().Split('\r', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal("[######..................]  25% 3.0 of 12.0 MB, 1 of 3 files", lines[0]);
        Assert.StartsWith("[########################] 100% 12.0 of 12.0 MB", lines[1], StringComparison.Ordinal);
        Assert.Equal("", lines[2].Trim());
        Assert.Equal(3, lines.Length);
    }

    private static async Task<(int Code, string Output, string Error)> RunAsync(FakeHub hub, Func<ToolStreams, Func<HuggingFaceHub>, Command> create, params string[] arguments)
    {
        using var output = new MemoryStream();
        using var error = new StringWriter();
        var streams = new ToolStreams(Stream.Null, output, error, ShowProgress: false);
        var command = create(streams, () => hub.Client(FakeHub.Token));
        var code = await ToolErrors.GuardAsync(streams, () => command.Parse(arguments).InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false, Error = error }, Cancel));
        return (code, Encoding.UTF8.GetString(output.ToArray()), error.ToString());
    }

    private sealed class StepTime : TimeProvider
    {
        public TimeSpan Now { get; set; }

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => Now.Ticks;
    }
}
