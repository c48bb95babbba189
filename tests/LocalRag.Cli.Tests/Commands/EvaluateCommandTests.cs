using System.Text.Json;
using LocalRag.Testing;

namespace LocalRag.Cli.Tests.Commands;

public sealed class EvaluateCommandTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("localrag-evaluate-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task Bm25_alone_reaches_the_figure_of_the_reference_on_Cranfield()
    {
        var metrics = Metrics(await EvaluateAsync(Cranfield, "--model", "none", "--name", "cranfield"));
        Assert.Equal(0.3522, metrics["cranfield_bm25_ndcg@10"], 5e-5);
        Assert.Equal(15, metrics.Count);
    }

    [Fact]
    public async Task Porter_stems_find_more_on_Cranfield()
    {
        var plain = Metrics(await EvaluateAsync(Cranfield, "--model", "none"));
        var stemmed = Metrics(await EvaluateAsync(Cranfield, "--model", "none", "--stem"));
        Assert.True(stemmed["eval_bm25_ndcg@10"] > plain["eval_bm25_ndcg@10"] + 0.01);
    }

    [Fact(Skip = TestFiles.NoMiniLm, SkipUnless = nameof(TestFiles.HasMiniLm), SkipType = typeof(TestFiles))]
    public async Task The_real_MiniLM_gets_the_metrics_of_the_Python_library()
    {
        var expected = JsonSerializer.Deserialize<Dictionary<string, double>>(await File.ReadAllTextAsync(TestFiles.Golden("cranfield", "all-MiniLM-L6-v2.metrics.json"), TestContext.Current.CancellationToken))!;
        var actual = Metrics(await EvaluateAsync(Cranfield, "--model", TestFiles.MiniLmDirectory!, "--name", "cranfield"));
        Assert.Equal(expected.Keys, actual.Keys);
        Assert.All(expected, metric => Assert.Equal(metric.Value, actual[metric.Key], 1e-4));
    }

    [Theory]
    [InlineData("cosine")]
    [InlineData("hybrid", "--hybrid")]
    [InlineData("reranked", "--hybrid", "--reranker", "mini")]
    [InlineData("reranked", "--reranker", "mini", "--rerank-weight", "only", "--candidates", "2")]
    [InlineData("reranked", "--model", "none", "--reranker", "mini", "--rerank-weight", "0.5")]
    public async Task The_metrics_are_named_after_the_last_stage_and_the_right_passage_wins(string kind, params string[] options)
    {
        var metrics = Metrics(await EvaluateAsync(Small(), options));
        Assert.All(metrics.Keys, name => Assert.StartsWith($"eval_{kind}_", name, StringComparison.Ordinal));
        Assert.Equal(1, metrics[$"eval_{kind}_accuracy@1"]);
        Assert.Equal(1, metrics[$"eval_{kind}_ndcg@10"]);
    }

    [Fact]
    public async Task The_reranker_alone_may_overrule_the_search_and_weight_zero_may_not()
    {
        // Keywords prefer the passage that repeats the words; only one passage answers the question.
        string[] corpus = [Text("a", "capital capital France France"), Text("b", "Paris is the capital of France.")];
        var data = Files(corpus, [Text("q", "What is the capital of France?")], ["""{"query_id": "q", "corpus_id": "b"}"""]);
        var alone = Metrics(await EvaluateAsync(data, "--model", "none", "--reranker", "mini", "--rerank-weight", "only"));
        var ignored = Metrics(await EvaluateAsync(data, "--model", "none", "--reranker", "mini", "--rerank-weight", "0"));
        Assert.Equal(1, alone["eval_reranked_mrr@10"]);
        Assert.Equal(0.5, ignored["eval_reranked_mrr@10"]);
    }

    [Theory]
    [InlineData("--hybrid fuses", "--model", "none", "--hybrid")]
    [InlineData("--rerank-weight is '-1'", "--rerank-weight", "-1")]
    [InlineData("--rerank-weight is 'NaN'", "--rerank-weight", "NaN")]
    [InlineData("--candidates is '0'", "--candidates", "0")]
    public async Task Options_out_of_range_are_refused(string message, params string[] options)
    {
        var run = await EvaluateAsync(Small(), options);
        Assert.Equal(1, run.ExitCode);
        Assert.Equal("", run.Output);
        Assert.Contains(message, run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_bad_line_is_named_with_its_file()
    {
        var run = await EvaluateAsync(Files([Text("a", "x"), "{"], [Text("q", "x")], ["""{"query_id": "q", "corpus_id": "a"}"""]), "--model", "none");
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("corpus.jsonl, line 2", run.Error, StringComparison.Ordinal);
    }

    private static string[] Cranfield => [TestFiles.Golden("cranfield", "corpus.jsonl"), TestFiles.Golden("cranfield", "queries.jsonl"), TestFiles.Golden("cranfield", "qrels.jsonl")];

    private static string Text(string id, string text) => JsonSerializer.Serialize(new Dictionary<string, string> { ["_id"] = id, ["text"] = text });

    private static Task<ToolRun> EvaluateAsync(string[] files, params string[] options) =>
        ToolRun.OfAsync("", ["evaluate", "--corpus", files[0], "--queries", files[1], "--qrels", files[2], .. options]);

    private static Dictionary<string, double> Metrics(ToolRun run) => Assert.Single(run.Succeeded()).EnumerateObject().ToDictionary(metric => metric.Name, metric => metric.Value.GetDouble());

    private string[] Small() => Files(
        [Text("sky", "The sky looks blue because air scatters short waves of light more strongly."), Text("bread", "Bread rises because yeast turns sugar into gas."), Text("empty", "")],
        [Text("1", "Why does bread rise?"), Text("2", "Why is the sky blue?"), Text("3", "Nobody judged this question.")],
        ["""{"query_id": "1", "corpus_id": "bread"}""", """{"query_id": "2", "corpus_id": "sky"}"""]);

    private string[] Files(string[] corpus, string[] queries, string[] qrels)
    {
        string[] names = ["corpus.jsonl", "queries.jsonl", "qrels.jsonl"];
        string[] paths = [.. names.Select(name => Path.Combine(_folder.FullName, name))];
        foreach (var (path, lines) in paths.Zip([corpus, queries, qrels]))
            File.WriteAllLines(path, lines);
        return paths;
    }
}
