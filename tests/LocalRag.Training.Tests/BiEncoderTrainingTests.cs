using LocalRag.Connectors.SentenceTransformers;
using LocalRag.Connectors.SentenceTransformers.ModelDirectory;
using LocalRag.Testing;
using LocalRag.Training.Data;
using LocalRag.Training.Encoder;
using LocalRag.Training.Evaluators;

namespace LocalRag.Training.Tests;

public sealed class BiEncoderTrainingTests : IDisposable
{
    private readonly TemporaryDirectory _temporary = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _temporary.Dispose();

    [TorchTheory]
    [InlineData("bert-mean")]
    [InlineData("roberta-mean")]
    [InlineData("xlm-roberta-mean-normalize")]
    [InlineData("distilbert-cls")]
    [InlineData("mpnet-mean")]
    public async Task Networks_embed_as_their_goldens(string model)
    {
        var manifest = ManifestReader.ReadBiEncoder(TestFiles.Golden("models", model));
        using var network = BiEncoderNetwork.Load(manifest, seed: 0);
        using var generator = new NetworkEmbeddingGenerator(network, TokenCollator.Load(manifest, network.Configuration, null));
        var lines = TestFiles.GoldenLines("models", model, "goldens.jsonl").Where(l => !l.TryGetProperty("prompt_name", out _)).ToList();
        var vectors = await generator.GenerateAsync(lines.Select(l => l.GetProperty("text").GetString()!), cancellationToken: Token);
        foreach (var (line, vector) in lines.Zip(vectors))
        {
            float[] expected = [.. line.GetProperty("embedding").EnumerateArray().Select(v => v.GetSingle())];
            Assert.All(expected.Zip(vector.Vector.ToArray()), pair => Assert.Equal(pair.First, pair.Second, 1e-4f));
        }
    }

    [TorchFact]
    public async Task A_trained_model_embeds_the_same_in_the_inference_connector_and_learned()
    {
        using var before = BiEncoder.Load(TestFiles.Golden("models", "bert-mean"));
        InputExample[] examples = [.. TrainingExamples.Golden("bert-1").Select(e => new InputExample(e.Texts))];
        List<double> losses = [];
        var options = new BiEncoderFitOptions
        {
            OutputPath = _temporary.File("out"),
            LearningRate = 2e-3,
            BatchSize = 16,
            Epochs = 3,
            Loss = BiEncoderLoss.Matryoshka(BiEncoderLoss.CachedMultipleNegativesRanking(miniBatchSize: 8), [32, 16]),
            Progress = new Recorder(losses),
        };
        using var trained = await before.FitAsync(examples, options, Token);

        var manifest = ManifestReader.ReadBiEncoder(options.OutputPath);
        using var network = BiEncoderNetwork.Load(manifest, seed: 0);
        using var generator = new NetworkEmbeddingGenerator(network, TokenCollator.Load(manifest, network.Configuration, null));
        string[] texts = [.. examples.Take(10).Select(e => e.Texts[0])];
        var torch = await generator.GenerateAsync(texts, cancellationToken: Token);
        foreach (var (expected, found) in torch.Zip(trained.Encode(texts)))
        {
            Assert.All(expected.Vector.ToArray().Zip(found), pair => Assert.Equal(pair.First, pair.Second, 1e-4f));
        }

        Assert.True(losses[^1] < losses[0], $"loss went from {losses[0]} to {losses[^1]}");
        Assert.NotEqual(before.Encode(texts)[0], trained.Encode(texts)[0]);
    }

    [TorchFact]
    public async Task A_teacher_vector_of_another_length_is_refused_by_example()
    {
        var error = await Assert.ThrowsAsync<ArgumentException>(() => BiEncoderTraining.FitDirectoryAsync(
            TestFiles.Golden("models", "bert-mean"), [new(["a"], new float[32]), new(["b"], new float[31])],
            new() { Loss = BiEncoderLoss.MeanSquaredError(), OutputPath = _temporary.File("out") }, Token));
        Assert.Contains("Example 1 does not fit MSELoss", error.Message);
        Assert.Contains("32 dimensions", error.Message);
    }

    private sealed class Recorder(List<double> losses) : IProgress<FitProgress>
    {
        public void Report(FitProgress value) => losses.Add(value.Loss);
    }
}
