using System.Text.Json;
using LocalRag.Connectors.SentenceTransformers;
using LocalRag.Testing;
using LocalRag.Training.Cli;

namespace LocalRag.Training.Tests.Cli;

public sealed class TrainToolTests : IDisposable
{
    private readonly TemporaryDirectory _temporary = new();
    private readonly StringWriter _error = new();

    public void Dispose()
    {
        _temporary.Dispose();
        _error.Dispose();
    }

    [TorchFact]
    public async Task A_traced_run_equals_the_golden_trace_and_leaves_a_model()
    {
        string source = TestFiles.Golden("fit", "bert-1");
        int exit = await RunAsync(
            "cross-encoder", source, "--data", Path.Combine(source, "train.jsonl"), "--output", _temporary.File("out"), "--batch-size", "8", "--lr", "5e-4",
            "--warmup-steps", "5", "--scheduler", "warmuplinear", "--weight-decay", "0.01", "--max-grad-norm", "1", "--loss", "bce", "--no-shuffle",
            "--epochs", "1", "--max-steps", "20", "--trace", _temporary.File("trace.jsonl"));
        Assert.Equal("", exit == 0 ? "" : _error.ToString());
        using var golden = JsonDocument.Parse(await File.ReadAllBytesAsync(Path.Combine(source, "trace.json"), TestContext.Current.CancellationToken));
        var steps = File.ReadLines(_temporary.File("trace.jsonl")).Select(line => JsonDocument.Parse(line).RootElement).ToList();
        foreach (var (expected, found) in golden.RootElement.GetProperty("steps").EnumerateArray().Zip(steps, (e, f) => (e, f)))
        {
            Assert.Equal(expected.GetProperty("step").GetInt32(), found.GetProperty("step").GetInt32());
            Assert.Equal(expected.GetProperty("lr").GetDouble(), found.GetProperty("lr").GetDouble(), 1e-12);
            Assert.Equal(expected.GetProperty("loss").GetDouble(), found.GetProperty("loss").GetDouble(), 1e-4);
        }

        using var trained = CrossEncoder.Load(_temporary.File("out"));
        Assert.Equal(1, trained.NumLabels);
    }

    [TorchFact]
    public async Task Bi_encoders_train_from_the_embedded_weights()
    {
        await File.WriteAllLinesAsync(_temporary.File("data.jsonl"), Enumerable.Range(0, 4).Select(i => $$"""{"texts": ["question {{i}}", "answer {{i}}"]}"""), TestContext.Current.CancellationToken);
        int exit = await RunAsync("bi-encoder", "mini", "--data", _temporary.File("data.jsonl"), "--output", _temporary.File("out"), "--batch-size", "4", "--matryoshka", "256,64");
        Assert.Equal("", exit == 0 ? "" : _error.ToString());
        using var trained = BiEncoder.Load(_temporary.File("out"));
        Assert.Equal(256, trained.Dimensions);
    }

    [TorchTheory]
    [InlineData("""{"texts": ["a", "b"], "label": "yes"}""", "line 2: \"label\" must be a number")]
    [InlineData("""{"texts": ["a", 3], "label": 1}""", "line 2: \"texts\" must hold strings, found 3")]
    [InlineData("""{"text": "a"}""", "line 2: \"texts\" must be a list")]
    [InlineData("not json", "line 2")]
    public async Task A_bad_line_is_named_and_nothing_is_written(string line, string expected)
    {
        await File.WriteAllLinesAsync(_temporary.File("data.jsonl"), ["""{"texts": ["a", "b"], "label": 1}""", line], TestContext.Current.CancellationToken);
        int exit = await RunAsync("cross-encoder", TestFiles.Golden("fit", "bert-1"), "--data", _temporary.File("data.jsonl"), "--output", _temporary.File("out"));
        Assert.Equal(1, exit);
        Assert.Contains(expected, _error.ToString());
        Assert.False(Directory.Exists(_temporary.File("out")));
    }

    private Task<int> RunAsync(params string[] arguments) => TrainTool.RunAsync(arguments, _error, showProgress: false);
}
