using LocalRag.Testing;

namespace LocalRag.Cli.Tests.Commands;

public class CommandLineTests
{
    public static TheoryData<string> Commands => ["tokenize", "embed", "score", "rank", "search", "info", "evaluate"];

    [Theory]
    [MemberData(nameof(Commands))]
    public async Task Every_command_has_help(string command)
    {
        var run = await ToolRun.OfAsync("", command, "--help");
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Contains($"localrag {command}", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_help_lists_every_command()
    {
        var run = await ToolRun.OfAsync("", "--help");
        Assert.All(Commands, command => Assert.Contains($"  {command.Data} ", run.Output, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("Unrecognized command or argument '--depth'", "embed", "mini", "--depth", "3")]
    [InlineData("Unrecognized option '--depth'", "embed", "--depth")]
    [InlineData("Required argument missing", "rank")]
    [InlineData("--top-k is '0'", "rank", "mini", "--top-k", "0")]
    [InlineData("--top-k is 'many'", "rank", "mini", "--top-k", "many")]
    [InlineData("--dimensions is '-1'", "embed", "mini", "--dimensions", "-1")]
    [InlineData("tanh", "score", "mini", "--activation", "tanh")]
    [InlineData("euclidean", "search", "--score", "euclidean")]
    [InlineData("exclude each other", "embed", "mini", "--prompt", "a", "--prompt-name", "b")]
    [InlineData("PromptName is 'passage'", "embed", "mini", "--prompt-name", "passage")]
    [InlineData("There is no directory", "embed", "./no-such-model")]
    [InlineData("There is no directory", "tokenize", "~/no/such/model")]
    [InlineData("no-such-file.onnx", "score", "mini", "--file", "no-such-file.onnx")]
    public async Task What_cannot_be_done_is_told_on_the_error_stream(string message, params string[] args)
    {
        var run = await ToolRun.OfAsync("{\"text\": \"a\"}\n", args);
        Assert.Equal((1, ""), (run.ExitCode, run.Output));
        Assert.Contains(message, run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_text_that_begins_with_an_at_sign_is_no_file_of_arguments()
    {
        var run = await ToolRun.OfAsync("{\"text\": \"a\"}\n", "embed", "mini", "--prompt", "@nowhere");
        Assert.Single(run.Succeeded());
    }

    [Fact]
    public async Task An_ad_hoc_prompt_is_part_of_the_text()
    {
        var whole = (await ToolRun.OfAsync("{\"text\": \"query: a cat\"}\n", "embed", "mini")).Succeeded();
        var prompted = (await ToolRun.OfAsync("{\"text\": \"a cat\"}\n", "embed", "mini", "--prompt", "query: ")).Succeeded();
        Assert.Equal(whole[0].GetRawText(), prompted[0].GetRawText());
    }

    [Fact]
    public async Task Fewer_dimensions_are_unit_vectors_again()
    {
        var run = await ToolRun.OfAsync("{\"text\": \"a cat\"}\n", "embed", "mini", "--dimensions", "64");
        var vector = Assert.Single(run.Succeeded()).GetProperty("embedding").EnumerateArray().Select(value => value.GetDouble()).ToArray();
        Assert.Equal(64, vector.Length);
        Assert.Equal(1, vector.Sum(value => value * value), 1e-5);
    }

    [Fact]
    public async Task A_model_of_several_labels_has_no_order()
    {
        var run = await ToolRun.OfAsync("", "rank", TestFiles.Golden("models", "ce-bert-3"));
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("3 (contradiction, entailment, neutral)", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nobody_to_rank_is_an_empty_result()
    {
        var run = await ToolRun.OfAsync("{\"query\": \"a\", \"documents\": []}\n", "rank", "mini");
        Assert.Equal("{\"result\":[]}\n", run.Output);
    }
}
