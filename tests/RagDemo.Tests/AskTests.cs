using System.Text.Json;

namespace RagDemo.Tests;

/// <summary>The command line from outside: the built program, the embedded models, real documents.</summary>
public sealed class AskTests : IDisposable
{
    private readonly DocumentFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private Task<DemoProcess> Ask(params string[] arguments) => DemoProcess.RunAsync(["ask", .. arguments, "--data", _folder.Data]);

    [Theory]
    [InlineData("When does the library open on Saturdays?", "library.md", "ten on Saturdays")]
    [InlineData("What can I eat in the cafe?", "cafe.txt", "soup")]
    [InlineData("Where do visitors park?", "parking.html", "garage")]
    public async Task A_question_is_answered_from_the_document_that_holds_the_answer(string question, string source, string words)
    {
        var run = await Ask(question, "--docs", _folder.Docs, "--json");

        Assert.Equal(0, run.ExitCode);
        using var answer = JsonDocument.Parse(run.Output);
        Assert.Equal("answered", answer.RootElement.GetProperty("status").GetString());
        Assert.Equal(source, answer.RootElement.GetProperty("passages")[0].GetProperty("documentId").GetString());
        Assert.Contains(words, answer.RootElement.GetProperty("text").GetString());
        Assert.True(answer.RootElement.GetProperty("timings").GetProperty("rerank").GetDouble() > 0);
    }

    [Fact]
    public async Task The_projects_own_documentation_answers_how_to_register_the_reranker()
    {
        var run = await Ask("How do I register the reranker?");

        Assert.True(run.ExitCode == 0, run.Error + run.Output);
        Assert.Contains("[1] docs/reranking.md › Reranking > Register the reranker", run.Output);
        Assert.Contains("AddCrossEncoderReranker", run.Output);
        Assert.Contains("before  after", run.Output);
    }

    [Fact]
    public async Task What_the_documents_do_not_hold_is_refused_with_exit_code_2()
    {
        var run = await Ask("Which chemical elements are noble gases?", "--docs", _folder.Docs);

        Assert.Equal(2, run.ExitCode);
        Assert.Contains("do not hold an answer", run.Output);
        Assert.Contains("Nearest passages", run.Output);
    }

    [Fact]
    public async Task A_saved_index_is_used_again_and_follows_the_files()
    {
        Assert.Contains("3 documents added", (await Ask("When does the library open?", "--docs", _folder.Docs)).Error);
        Assert.DoesNotContain("Indexed", (await Ask("When does the library open?", "--docs", _folder.Docs)).Error);

        _folder.Write("library.md", "# City library\n\nThe library opens at noon every day of the week.\n");
        File.Delete(Path.Combine(_folder.Docs, "parking.html"));
        var changed = await Ask("When does the library open?", "--docs", _folder.Docs);

        Assert.Contains("0 documents added, 1 changed, 1 removed, 1 unchanged", changed.Error);
        Assert.Contains("noon", changed.Output);
    }

    [Theory]
    [InlineData("")]
    [InlineData("   ")]
    public async Task An_empty_question_is_refused(string question)
    {
        var run = await Ask(question, "--docs", _folder.Docs);

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("question is empty", run.Error);
        Assert.False(Directory.Exists(_folder.Data));
        run.HasNoStackTrace();
    }

    [Fact]
    public async Task A_missing_folder_is_told_and_nothing_is_written()
    {
        var run = await Ask("Anything?", "--docs", Path.Combine(_folder.Docs, "missing"));

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("There is no folder or file", run.Error);
        Assert.False(Directory.Exists(_folder.Data));
        run.HasNoStackTrace();
    }

    [Fact]
    public async Task An_empty_folder_is_told()
    {
        var empty = Directory.CreateDirectory(Path.Combine(_folder.Docs, "empty")).FullName;

        var run = await Ask("Anything?", "--docs", empty);

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("no document to answer from", run.Error);
        run.HasNoStackTrace();
    }

    [Fact]
    public async Task A_binary_file_among_the_documents_is_named_and_the_rest_still_answers()
    {
        await File.WriteAllBytesAsync(Path.Combine(_folder.Docs, "image.md"), [0x89, 0x50, 0x4E, 0x47, 0, 1, 2, 3], TestContext.Current.CancellationToken);

        var run = await Ask("When does the library open on Saturdays?", "--docs", _folder.Docs);

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("Not indexed: image.md: expected text, found binary data", run.Error);
        Assert.Contains("ten on Saturdays", run.Output);
        run.HasNoStackTrace();
    }

    [Fact]
    public async Task Escape_codes_of_a_document_do_not_reach_the_terminal()
    {
        _folder.Write("evil.txt", "The secret door \u001b[2J opens with the word melon.\n");

        var run = await Ask("Which word opens the secret door?", "--docs", _folder.Docs);

        Assert.Contains("melon", run.Output);
        Assert.DoesNotContain('\u001b', run.Output);
    }

    [Fact]
    public async Task A_busy_port_is_told()
    {
        using var listener = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        listener.Start();
        var port = ((System.Net.IPEndPoint)listener.LocalEndpoint).Port;

        var run = await DemoProcess.RunAsync("--docs", _folder.Docs, "--data", _folder.Data, "--urls", $"http://127.0.0.1:{port}");

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("is in use", run.Error);
        run.HasNoStackTrace();
    }

    [Fact]
    public void The_page_and_its_parts_are_inside_the_program() =>
        Assert.Equal(["app.css", "app.js", "icon.svg", "index.html"], System.Reflection.Assembly.LoadFrom(DemoProcess.Program).GetManifestResourceNames().Order(StringComparer.Ordinal));
}
