using LocalRag.Connectors.SentenceTransformers;
using LocalRag.Connectors.SentenceTransformers.ModelDirectory;
using LocalRag.Testing;
using LocalRag.Training.Data;
using LocalRag.Training.Encoder;

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
}
