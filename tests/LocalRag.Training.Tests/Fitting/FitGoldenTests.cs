using System.Text.Json;
using LocalRag.Connectors.SentenceTransformers.ModelDirectory;
using LocalRag.Testing;
using LocalRag.Training.Data;
using LocalRag.Training.Encoder;
using LocalRag.Training.Fitting;

namespace LocalRag.Training.Tests.Fitting;

public class FitGoldenTests
{
    [TorchTheory]
    [InlineData("bert-1")]
    [InlineData("bert-3")]
    public async Task Every_step_and_the_final_logits_equal_the_trace(string name)
    {
        string directory = TestFiles.Golden("fit", name);
        using var trace = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(directory, "trace.json")));
        var expected = trace.RootElement.GetProperty("steps").EnumerateArray().ToArray();
        InputExample[] examples = [.. TestFiles.GoldenLines("fit", name, "train.jsonl").Select(line => new InputExample(
            [.. line.GetProperty("texts").EnumerateArray().Select(t => t.GetString()!)], line.GetProperty("label").GetSingle()))];
        using var network = CrossEncoderNetwork.Load(directory, null, seed: 0);
        var collator = TokenCollator.Load(ManifestReader.ReadCrossEncoder(directory), network.Configuration, null);
        var steps = new List<FitProgress>();
        var options = new CrossEncoderFitOptions
        {
            BatchSize = 8,
            Shuffle = false,
            LearningRate = 5e-4,
            WarmupSteps = 5,
            Progress = new Recorder(steps),
            Epochs = 20,
            MaxSteps = 20,
        };
        var loss = (network.LabelCount == 1 ? CrossEncoderLoss.BinaryCrossEntropy() : CrossEncoderLoss.CrossEntropy()).Create(network.LabelCount, null);

        await new FitRun(network, collator, loss, examples, options) { Save = _ => { } }.RunAsync(TestContext.Current.CancellationToken);

        Assert.Equal(expected.Length, steps.Count);
        foreach (var (golden, step) in expected.Zip(steps))
        {
            Assert.Equal(golden.GetProperty("lr").GetDouble(), step.LearningRate, 1e-12);
            Assert.Equal(golden.GetProperty("loss").GetDouble(), step.Loss, 1e-4);
            Assert.Equal(golden.GetProperty("grad_norm").GetDouble(), step.GradientNorm, 2e-3);
        }

        using var batch = collator.Collate([.. examples.Take(16).Select(e => new TextItem(e.Texts[0], e.Texts[1]))]);
        using var logits = network.Forward(batch, training: false);
        float[] final = [.. trace.RootElement.GetProperty("final_logits_first_16").EnumerateArray()
            .SelectMany(row => row.ValueKind == JsonValueKind.Array ? row.EnumerateArray().Select(v => v.GetSingle()) : [row.GetSingle()])];
        float[] found = logits.data<float>().ToArray();
        Assert.Equal(final.Length, found.Length);
        for (int i = 0; i < final.Length; i++)
        {
            Assert.Equal(final[i], found[i], 1e-3f);
        }
    }

    private sealed class Recorder(List<FitProgress> steps) : IProgress<FitProgress>
    {
        public void Report(FitProgress value) => steps.Add(value);
    }
}
