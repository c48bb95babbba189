using System.Diagnostics;
using System.Text;
using System.Text.Json;

namespace LocalRag.Cli.Tests.Documents;

/// <summary>From a folder to an answer through a store file.</summary>
public sealed class IngestAskTests : IDisposable
{
    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("localrag-cli");

    public IngestAskTests()
    {
        Directory.CreateDirectory(Folder);
        Write("library.md", "# City library\n\n## Opening hours\n\nThe library opens at nine on weekdays and at ten on Saturdays.\n\n## Lending\n\nBooks can be borrowed for four weeks.\n");
        Write("parking.txt", "Visitors park in the garage below the square. The first hour is free of charge.\n");
    }

    public static bool HasUlimit => OperatingSystem.IsLinux();

    private string Folder => Path.Combine(_root.FullName, "docs");

    private string Store => Path.Combine(_root.FullName, "docs.store");

    public void Dispose() => _root.Delete(recursive: true);

    private void Write(string name, string text) => File.WriteAllText(Path.Combine(Folder, name), text);

    private static async Task<(int ExitCode, string Output, string Error)> RunAsync(params string[] args)
    {
        using var output = new MemoryStream();
        using var error = new StringWriter();
        var exitCode = await Tool.RunAsync(args, new ToolStreams(Stream.Null, output, error, ShowProgress: false), TestContext.Current.CancellationToken);
        return (exitCode, Encoding.UTF8.GetString(output.ToArray()), error.ToString());
    }

    private Task<(int ExitCode, string Output, string Error)> Ingest(params string[] more) => RunAsync(["ingest", Folder, "--store", Store, .. more]);

    private Task<(int ExitCode, string Output, string Error)> Ask(string question, params string[] more) => RunAsync(["ask", "--store", Store, .. more, question]);

    private static JsonElement Json((int ExitCode, string Output, string Error) run, int exitCode = 0)
    {
        Assert.True(run.ExitCode == exitCode, run.Error);
        return JsonElement.Parse(Assert.Single(run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries)));
    }

    [Fact]
    public async Task A_folder_is_ingested_once_and_answers()
    {
        var first = Json(await Ingest());
        Assert.Equal((2, 3), (first.GetProperty("added").GetInt32(), first.GetProperty("passages").GetInt32()));
        var again = Json(await Ingest());
        Assert.Equal((0, 2), (again.GetProperty("added").GetInt32(), again.GetProperty("unchanged").GetInt32()));

        var answer = Json(await Ask("When does the library open on Saturdays?", "--json", "--top-k", "2", "--candidates", "3"));
        Assert.Equal("answered", answer.GetProperty("status").GetString());
        Assert.Contains("ten on Saturdays", answer.GetProperty("text").GetString());
        Assert.Equal("library.md", answer.GetProperty("passages")[0].GetProperty("documentId").GetString());
        Assert.Equal(2, answer.GetProperty("passages").GetArrayLength());
    }

    [Fact]
    public async Task Without_json_the_answer_is_text_with_sources_and_both_rankings()
    {
        await Ingest();

        var run = await Ask("Where do visitors park?");

        Assert.Equal(0, run.ExitCode);
        Assert.Contains("garage", run.Output);
        Assert.Contains("[1] parking.txt", run.Output);
        Assert.Contains("before  after", run.Output);
    }

    [Fact]
    public async Task What_the_documents_do_not_hold_is_exit_code_2()
    {
        await Ingest();

        Assert.Equal("refused", Json(await Ask("Which chemical elements are noble gases?", "--json"), exitCode: 2).GetProperty("status").GetString());
    }

    [Fact]
    public async Task Without_a_reranker_the_order_is_that_of_the_search()
    {
        await Ingest();

        var answer = Json(await Ask("Where do visitors park?", "--json", "--reranker", "none"));

        Assert.Equal(0, answer.GetProperty("timings").GetProperty("rerank").GetDouble());
        Assert.Contains("garage", answer.GetProperty("text").GetString());
    }

    [Fact]
    public async Task Other_chunks_index_again()
    {
        await Ingest();

        Assert.Equal(2, Json(await Ingest("--chunk-tokens", "24", "--overlap", "0")).GetProperty("changed").GetInt32());
    }

    [Fact]
    public async Task One_bad_file_is_told_and_the_others_are_indexed()
    {
        await File.WriteAllBytesAsync(Path.Combine(Folder, "bad.md"), [0, 1, 2], TestContext.Current.CancellationToken);

        var run = await Ingest();

        Assert.Contains("not indexed: bad.md: expected text, found binary data", run.Error);
        Assert.Equal(2, Json(run, exitCode: 1).GetProperty("added").GetInt32());
    }

    [Fact]
    public async Task What_is_missing_is_told_and_nothing_is_written()
    {
        var noFolder = await RunAsync("ingest", Path.Combine(Folder, "no"), "--store", Store);
        Assert.Equal(1, noFolder.ExitCode);
        Assert.Contains("There is no folder", noFolder.Error);
        Assert.False(File.Exists(Store));

        var noStore = await Ask("Anything?");
        Assert.Equal(1, noStore.ExitCode);
        Assert.Contains("there is no store file", noStore.Error);

        await Ingest();
        var noQuestion = await Ask(" ");
        Assert.Equal(1, noQuestion.ExitCode);
        Assert.Contains("question is empty", noQuestion.Error);
    }

    // A limit on the size of files stands for a disk that has so much room left; ignoring its signal makes the write fail, as on a full disk.
    [Fact(Skip = "File sizes are limited through the shell's ulimit", SkipUnless = nameof(HasUlimit))]
    public async Task A_disk_that_is_full_is_told_and_the_old_store_stays()
    {
        await Ingest();
        var before = await File.ReadAllBytesAsync(Store, TestContext.Current.CancellationToken);
        for (var i = 0; i < 60; i++)
            Write($"more-{i}.txt", $"Room {i} of the museum shows {i * 7} coins.\n");

        var start = new ProcessStartInfo("bash", ["-c", $"trap '' XFSZ; ulimit -f {(before.Length / 1024) + 8}; exec \"$@\"", "bash", "dotnet", typeof(Tool).Assembly.Location, "ingest", Folder, "--store", Store])
        {
            RedirectStandardError = true,
            // The runtime maps its code pages through a file of its own unless told otherwise.
            Environment = { ["DOTNET_EnableWriteXorExecute"] = "0" },
        };
        using var full = Process.Start(start)!;
        var error = await full.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await full.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.True(full.ExitCode == 1, error);
        Assert.StartsWith($"localrag: the store '{Store}' could not be saved: ", error, StringComparison.Ordinal);
        Assert.Equal(before, await File.ReadAllBytesAsync(Store, TestContext.Current.CancellationToken));
        Assert.Equal([Store], Directory.GetFiles(_root.FullName));
        Assert.Equal(60, Json(await Ingest()).GetProperty("added").GetInt32());
    }

    [Fact]
    public async Task A_file_that_is_no_store_is_refused_and_kept()
    {
        await File.WriteAllTextAsync(Store, "my diary", TestContext.Current.CancellationToken);

        var run = await Ingest();

        Assert.Equal(1, run.ExitCode);
        Assert.Equal("my diary", await File.ReadAllTextAsync(Store, TestContext.Current.CancellationToken));
    }
}
