using LocalRag.Evaluation;
using LocalRag.Testing;
using LocalRag.Training.Evaluators;

namespace LocalRag.Training.Tests.Evaluators;

public sealed class CrossEncoderEvaluatorTests : IDisposable
{
    private static readonly (string, string)[] Pairs = [("q", "0.9"), ("q", "0.8"), ("q", "0.3"), ("q", "0.1")];
    private readonly TemporaryDirectory _temporary = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _temporary.Dispose();

    [Fact]
    public async Task Correlation_counts_values_and_ranks_and_writes_a_line_each_time()
    {
        var evaluator = new CrossEncoderCorrelationEvaluator(Pairs, [1, 0.5f, 0.5f, 0], "sts");
        var metrics = await evaluator.EvaluateAsync(new Fixed(), new(_temporary.Path, 2, 7), Token);
        await evaluator.EvaluateAsync(new Fixed(), new(_temporary.Path, 2, -1), Token);
        Assert.Equal("sts_spearman", evaluator.PrimaryMetric);
        Assert.Equal(0.9486832980505138, metrics["sts_spearman"], 1e-12);
        Assert.Equal(0.4 / Math.Sqrt(0.4475 * 0.5), metrics["sts_pearson"], 1e-6);
        string[] lines = await File.ReadAllLinesAsync(_temporary.File("CrossEncoderCorrelationEvaluator_sts_results.csv"), Token);
        Assert.Equal("epoch,steps,Pearson_Correlation,Spearman_Correlation", lines[0]);
        Assert.Equal(["2,7", "2,-1"], lines[1..].Select(l => string.Join(',', l.Split(',')[..2])));
    }

    [Fact]
    public async Task Binary_classification_finds_its_thresholds()
    {
        var metrics = await new CrossEncoderClassificationEvaluator(Pairs, [1, 1, 0, 0]).EvaluateAsync(new Fixed(), new(), Token);
        Assert.Equal(1, metrics["accuracy"]);
        Assert.Equal(0.55, metrics["accuracy_threshold"], 1e-6);
        Assert.Equal(1, metrics["average_precision"]);
        metrics = await new CrossEncoderClassificationEvaluator(Pairs, [1, 0, 1, 0]).EvaluateAsync(new Fixed(), new(), Token);
        Assert.Equal(0.75, metrics["accuracy"]);
        Assert.Equal(0.8, metrics["f1"], 1e-12);
        Assert.Equal((1 + (2.0 / 3)) / 2, metrics["average_precision"], 1e-12);
        metrics = await new CrossEncoderBinaryAccuracyEvaluator(Pairs, [true, false, true, false]).EvaluateAsync(new Fixed(), new(), Token);
        Assert.Equal(0.5, metrics["accuracy"]);
    }

    [Fact]
    public void Classes_are_weighed_as_scikit_learn_does()
    {
        var metrics = ClassMetrics.Compute([0, 1, 2, 0], [0, 1, 1, 0]);
        Assert.Equal(0.75, metrics.Accuracy);
        Assert.Equal((1 + (2.0 / 3) + 0) / 3, metrics.F1Macro, 1e-12);
        Assert.Equal((0.5 * 1) + (0.5 * 2 / 3), metrics.F1Weighted, 1e-12);
        Assert.Equal(0.75, metrics.F1Micro);
    }

    [Fact]
    public async Task Reranking_reports_under_pythons_names_and_file()
    {
        var evaluator = new CrossEncoderRerankingEvaluator([new("q", ["0.8"], Documents: ["0.9", "0.8", "0.1"])], atK: 2);
        var metrics = await evaluator.EvaluateAsync(new Fixed(), new(_temporary.Path, 0, -1), Token);
        Assert.Equal("ndcg@2", evaluator.PrimaryMetric);
        Assert.Equal(0.5, metrics["mrr@2"]);
        Assert.Equal(0.5, metrics["base_mrr@2"]);
        Assert.Contains("Base MAP", File.ReadLines(_temporary.File("CrossEncoderRerankingEvaluator_results_@2.csv")).First());
    }

    [Fact]
    public void Unequal_counts_are_refused() =>
        Assert.Contains("found 4 pairs and 1 labels", Assert.Throws<ArgumentException>(() => new CrossEncoderCorrelationEvaluator(Pairs, [1])).Message);

    /// <summary>Scores a document by the number it is.</summary>
    private sealed class Fixed : IPairScorer
    {
        public int LabelCount => 1;

        public Task<IReadOnlyList<float[]>> ScoreAsync(IReadOnlyList<(string First, string Second)> pairs, CancellationToken cancellationToken) =>
            Task.FromResult<IReadOnlyList<float[]>>([.. pairs.Select(p => new[] { float.Parse(p.Second, System.Globalization.CultureInfo.InvariantCulture) })]);
    }
}
