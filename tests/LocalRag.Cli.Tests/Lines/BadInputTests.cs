namespace LocalRag.Cli.Tests.Lines;

public class BadInputTests
{
    [Theory]
    [InlineData("nope", "not valid JSON")]
    [InlineData("{\"text\": \"a\"", "not valid JSON")]
    [InlineData("{\"text\": \"a\"} {}", "not valid JSON")]
    [InlineData("[\"a\"]", "expected a JSON object, found a list")]
    [InlineData("{}", "\"text\" is missing")]
    [InlineData("{\"text\": null}", "\"text\" is missing")]
    [InlineData("{\"text\": 5}", "\"text\" is a number; expected a text")]
    [InlineData("{\"text\": \"\\ud800\"}", "surrogate")]
    [InlineData("{\"text\": \"a\", \"max_length\": 1.5}", "\"max_length\" is 1.5")]
    [InlineData("{\"text\": \"a\", \"max_length\": 1}", "special tokens alone are 2")]
    [InlineData("{\"text\": \"a\", \"max_length\": -1}", "special tokens alone are 2")]
    [InlineData("{\"text\": \"a\", \"pair\": 1}", "\"pair\" is a number")]
    [InlineData("{\"text\": \"a\", \"strategy\": \"middle\"}", "\"strategy\" is \"middle\"")]
    [InlineData("{\"text\": \"a b c\", \"max_length\": 3, \"strategy\": \"only_second\"}", "no \"pair\"")]
    public async Task A_bad_line_ends_the_run_after_the_results_of_the_lines_before(string line, string reason)
    {
        var run = await ToolRun.OfAsync(["{\"text\": \"one\"}", "", "{\"text\": \"two\"}", line, "{\"text\": \"three\"}", "worse"], "tokenize", "mini");
        Assert.Equal(1, run.ExitCode);
        Assert.Equal(2, run.Lines.Count);
        Assert.StartsWith("localrag: line 4: ", run.Error, StringComparison.Ordinal);
        Assert.Contains(reason, run.Error, StringComparison.Ordinal);
        Assert.Single(run.Error.TrimEnd().Split('\n'));
    }

    [Fact]
    public async Task Bytes_that_are_not_UTF8_are_refused_with_their_line()
    {
        var run = await ToolRun.OfAsync([.. "{\"text\": \"é\"}\n{\"text\": \""u8, 0xE9, .. "\"}\n"u8], "tokenize", "mini");
        Assert.Equal((1, 1), (run.ExitCode, run.Lines.Count));
        Assert.Contains("line 2: not UTF-8", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("\n \n")]
    public async Task No_input_is_no_output(string input)
    {
        var run = await ToolRun.OfAsync(input, "embed", "mini");
        Assert.Equal((0, "", ""), (run.ExitCode, run.Output, run.Error));
    }

    [Fact]
    public async Task A_byte_order_mark_carriage_returns_and_a_missing_last_line_break_do_no_harm()
    {
        var run = await ToolRun.OfAsync("\uFEFF{\"text\": \"a\"}\r\n{\"text\": \"b\"}", "tokenize", "mini");
        Assert.Equal(2, run.Succeeded().Count);
    }

    [Theory]
    [InlineData("{\"queries\": [[1, 2]], \"corpus\": [[1, 2, 3]]}", "components")]
    [InlineData("{\"queries\": [1, 2], \"corpus\": [[1, 2]]}", "\"queries[0]\" is a number; expected a list of numbers")]
    [InlineData("{\"queries\": [[1, \"2\"]], \"corpus\": [[1, 2]]}", "\"queries[0][1]\" is a text")]
    [InlineData("{\"queries\": [[1e39, 2]], \"corpus\": [[1, 2]]}", "range of a 32-bit float")]
    [InlineData("{\"queries\": [[1, 2]]}", "\"corpus\" is missing")]
    public async Task A_search_with_wrong_vectors_names_its_line(string line, string reason)
    {
        var run = await ToolRun.OfAsync(["{\"queries\": [[1, 0]], \"corpus\": [[0, 1], [2, 0]]}", line], "search");
        Assert.Equal((1, 1), (run.ExitCode, run.Lines.Count));
        Assert.Contains("line 2: ", run.Error, StringComparison.Ordinal);
        Assert.Contains(reason, run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Scores_that_JSON_cannot_say_are_refused()
    {
        var run = await ToolRun.OfAsync("{\"queries\": [[3e38, 3e38]], \"corpus\": [[3e38, 3e38]]}", "search", "--score", "dot");
        Assert.Equal((1, ""), (run.ExitCode, run.Output));
        Assert.Contains("line 1: the result holds", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Lines_far_longer_than_a_block_are_read_whole()
    {
        var words = string.Join(' ', Enumerable.Repeat("word", 400_000));
        var run = await ToolRun.OfAsync([$"{{\"text\": \"{words}\"}}", "{\"text\": \"word\"}"], "tokenize", "mini");
        var lines = run.Succeeded();
        Assert.Equal(400_002, lines[0].GetProperty("ids").GetArrayLength());
        Assert.Equal(3, lines[1].GetProperty("ids").GetArrayLength());
    }

    [Fact]
    public async Task Results_keep_the_order_of_many_lines()
    {
        var run = await ToolRun.OfAsync(Enumerable.Range(0, 5000).Select(i => $"{{\"text\": \"a b c d {i}\", \"max_length\": {2 + i % 3}}}"), "tokenize", "mini");
        var lengths = run.Succeeded().Select(line => line.GetProperty("ids").GetArrayLength()).ToArray();
        Assert.Equal(Enumerable.Range(0, 5000).Select(i => 2 + i % 3), lengths);
    }
}
