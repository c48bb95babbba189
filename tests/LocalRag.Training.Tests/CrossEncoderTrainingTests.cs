using LocalRag.Connectors.SentenceTransformers;
using LocalRag.Connectors.SentenceTransformers.ModelDirectory;
using LocalRag.Models.Mini;
using LocalRag.Testing;
using LocalRag.Training.Data;
using LocalRag.Training.Encoder;
using LocalRag.Training.Evaluators;

namespace LocalRag.Training.Tests;

public sealed class CrossEncoderTrainingTests : IDisposable
{
    private readonly TemporaryDirectory _temporary = new();

    public void Dispose() => _temporary.Dispose();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [TorchFact]
    public async Task A_trained_model_scores_the_same_in_the_inference_connector_and_the_old_one_is_untouched()
    {
        string source = TestFiles.Golden("models", "ce-bert-1");
        using var before = await CrossEncoder.LoadAsync(source, cancellationToken: Token);
        var examples = TrainingExamples.Golden("bert-1");
        (string, string)[] pairs = [.. examples.Take(20).Select(e => (e.Texts[0], e.Texts[1]))];
        float[] scoresBefore = before.Predict(pairs);

        var options = new CrossEncoderFitOptions { OutputPath = _temporary.File("out"), LearningRate = 1e-3, BatchSize = 8, MaxSteps = 15 };
        using var trained = await before.FitAsync(examples, options, Token);

        float[] scores = trained.Predict(pairs, new PredictOptions { Activation = ActivationFunction.Identity });
        using var network = CrossEncoderNetwork.Load(options.OutputPath, null, seed: 0);
        var collator = TokenCollator.Load(ManifestReader.ReadCrossEncoder(options.OutputPath), network.Configuration, null);
        using var batch = collator.Collate([.. pairs.Select(p => new TextItem(p.Item1, p.Item2))]);
        using var logits = network.Forward(batch, training: false);
        Assert.All(scores.Zip(logits.data<float>().ToArray()), pair => Assert.Equal(pair.First, pair.Second, 1e-4f));
        Assert.Equal(scoresBefore, before.Predict(pairs));
        Assert.NotEqual(scoresBefore, trained.Predict(pairs));
        using var int8 = CrossEncoder.Load(options.OutputPath, new() { OnnxFile = "onnx/model_qint8.onnx" });
        Assert.All(scores.Zip(int8.Predict(pairs, new PredictOptions { Activation = ActivationFunction.Identity })), pair => Assert.Equal(pair.First, pair.Second, 0.2f));
        Assert.Contains("BinaryCrossEntropyLoss", File.ReadAllText(_temporary.File("out", "README.md")));
    }

    [TorchFact]
    public async Task The_best_weights_are_kept_and_every_evaluation_is_told()
    {
        var evaluator = new Scripted([0.1, 0.9, 0.5, 0.2]);
        var results = new List<EvaluationResult>();
        var options = new CrossEncoderFitOptions
        {
            OutputPath = _temporary.File("out"),
            BatchSize = 40,
            Epochs = 2,
            EvaluationSteps = 3,
            Evaluator = evaluator,
            Callback = results.Add,
            LearningRate = 1e-3,
        };
        using var trained = await CrossEncoderTraining.FitDirectoryAsync(TestFiles.Golden("fit", "bert-1"), TrainingExamples.Golden("bert-1"), options, Token);

        Assert.Equal([(0, 3, true), (0, -1, true), (1, 3, false), (1, -1, false)], results.Select(r => (r.Epoch, r.Steps, r.IsBest)));
        (string, string)[] pairs = [("a question", "a passage")];
        float kept = trained.Predict(pairs, new PredictOptions { Activation = ActivationFunction.Identity })[0];
        Assert.Equal(evaluator.Seen[1], kept, 1e-4f);
        Assert.NotEqual(evaluator.Seen[3], kept, 1e-4f);
        Assert.Contains("| 0 | end | 0.9000 |", File.ReadAllText(_temporary.File("out", "README.md")));
    }

    [TorchFact]
    public async Task A_bi_encoders_weights_get_a_new_head_with_as_many_labels_as_asked_for()
    {
        var options = new CrossEncoderFitOptions { OutputPath = _temporary.File("out"), LabelCount = 3, MaxSteps = 2 };
        using var trained = await CrossEncoderTraining.FitDirectoryAsync(
            TestFiles.Golden("models", "bert-mean"), TrainingExamples.Golden("bert-3"), options, Token);
        Assert.Equal(3, trained.NumLabels);
        Assert.Equal(ActivationFunction.Identity, trained.Activation);
        Assert.Equal(64, trained.MaxTokens);
    }

    [TorchFact]
    public async Task Faulty_data_and_targets_are_refused_before_the_first_step()
    {
        string source = TestFiles.Golden("fit", "bert-1");
        Task Fit(IEnumerable<InputExample> examples, CrossEncoderFitOptions options) => CrossEncoderTraining.FitDirectoryAsync(source, examples, options, Token);
        CrossEncoderFitOptions To(string path) => new() { OutputPath = path };
        InputExample good = new(["a", "b"], 1);

        Assert.Contains("no training examples", (await Assert.ThrowsAsync<ArgumentException>(() => Fit([], To(_temporary.File("out"))))).Message);
        Assert.Contains("Example 1 does not fit BinaryCrossEntropyLoss: one label was expected, found 2",
            (await Assert.ThrowsAsync<ArgumentException>(() => Fit([good, new(["a", "b"], [0f, 1f])], To(_temporary.File("out"))))).Message);
        Assert.Contains("two texts were expected, found 3",
            (await Assert.ThrowsAsync<ArgumentException>(() => Fit([new(["a", "b", "c"], 1)], To(_temporary.File("out"))))).Message);
        Assert.Contains("the model that is trained from", (await Assert.ThrowsAsync<ArgumentException>(() => Fit([good], To(source)))).Message);
        Assert.Contains("needs a model of one label", (await Assert.ThrowsAsync<ArgumentException>(() => CrossEncoderTraining.FitDirectoryAsync(
            TestFiles.Golden("fit", "bert-3"), [good], new() { Loss = CrossEncoderLoss.ListNet(), OutputPath = _temporary.File("out") }, Token))).Message);
    }

    [TorchFact]
    public async Task Models_without_safetensors_are_refused()
    {
        string source = MiniModels.CrossEncoderDirectory;
        using var encoder = CrossEncoder.Load(source);
        Assert.Contains("has no model.safetensors", (await Assert.ThrowsAsync<InvalidDataException>(
            () => encoder.FitAsync([new(["a", "b"], 1)], new() { OutputPath = _temporary.File("out") }, Token))).Message);
        Assert.False(Directory.Exists(_temporary.File("out")));
    }

    [TorchFact]
    public void Examples_hold_finite_labels_and_no_null()
    {
        Assert.Throws<ArgumentException>(() => new InputExample(["a", "b"], float.NaN));
        Assert.Throws<ArgumentException>(() => new InputExample(["a", null!], 1));
        Assert.Throws<ArgumentException>(() => new InputExample([]));
    }

    /// <summary>Returns given scores and remembers what the model said to one pair.</summary>
    private sealed class Scripted(double[] scores) : ICrossEncoderEvaluator
    {
        public List<float> Seen { get; } = [];

        public string PrimaryMetric => "score";

        public async Task<IReadOnlyDictionary<string, double>> EvaluateAsync(IPairScorer model, EvaluationMoment moment, CancellationToken cancellationToken)
        {
            float sigmoid = (await model.ScoreAsync([("a question", "a passage")], cancellationToken))[0][0];
            Seen.Add(MathF.Log(sigmoid / (1 - sigmoid)));
            return new Dictionary<string, double> { ["score"] = scores[Seen.Count - 1] };
        }
    }
}
