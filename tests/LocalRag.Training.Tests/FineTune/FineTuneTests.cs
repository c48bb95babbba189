using System.Diagnostics;
using System.Globalization;
using LocalRag.Connectors.SentenceTransformers;
using LocalRag.Connectors.SentenceTransformers.ModelDirectory;
using LocalRag.Models.Mini;
using LocalRag.Testing;
using LocalRag.Training.Data;
using LocalRag.Training.Encoder;
using LocalRag.Training.Evaluators;

namespace LocalRag.Training.Tests.FineTune;

/// <summary>
/// The small fine-tune of docs/training.md: a cross-encoder from the embedded bi-encoder's weights learns, from short pieces of the
/// project's documentation, to find the right passage for questions from sections that it never saw.
/// </summary>
public sealed class FineTuneTests(ITestOutputHelper output) : IDisposable
{
    /// <summary>Ten passages in random order: the mean of 1/1 … 1/10.</summary>
    private const double Chance = 0.293;
    private const int Steps = 240;
    private const int ListsInStep = 4;
    private readonly TemporaryDirectory _temporary = new();

    public void Dispose() => _temporary.Dispose();

    [TorchFact]
    public async Task A_short_fine_tune_finds_passages_better_than_its_start_and_than_chance()
    {
        var task = new DocumentationTask();
        Assert.InRange(task.HeldOut.Count, 100, int.MaxValue);
        using var teacher = BiEncoder.Load(MiniModels.BiEncoderDirectory);
        output.WriteLine($"{task.HeldOut.Count} held-out questions; MRR by chance {Chance:F3}, by BM25 {task.KeywordMrr():F3}, by the bi-encoder's cosine {task.Mrr((q, passages) => Cosines(teacher, q, passages)):F3}");

        var gains = new List<double>();
        foreach (int seed in (int[])[1, 2, 3])
        {
            var watch = Stopwatch.StartNew();
            string start = StartDirectory(seed);
            double before = StartMrr(task, start, seed);
            using var trained = await CrossEncoderTraining.FitDirectoryAsync(start, task.TrainingLists(teacher, Steps * ListsInStep, seed), new()
            {
                Loss = CrossEncoderLoss.ListNet(),
                BatchSize = ListsInStep,
                LearningRate = 1e-4,
                AdamBeta2 = 0.98,
                MaxLength = 32,
                Seed = seed,
                OutputPath = _temporary.File($"reranker-{seed}"),
            }, TestContext.Current.CancellationToken);
            double after = task.Mrr((q, passages) => trained.Predict([.. passages.Select(p => (q, p))]).Select(s => (double)s));
            output.WriteLine($"seed {seed}: MRR {before:F3} at the start, {after:F3} after {Steps} steps ({watch.Elapsed.TotalSeconds:F0} s)");
            Assert.True(after > Math.Max(before, Chance), $"seed {seed}: MRR went from {before:F3} to {after:F3}, chance is {Chance}");
            gains.Add(after - before);
        }

        // Over the seeds together: a few hundred questions leave about 0.03 of chance in each, and the documentation changes.
        Assert.True(gains.Average() >= 0.1, $"the seeds gained {string.Join(", ", gains.Select(gain => gain.ToString("F3", CultureInfo.InvariantCulture)))}");
    }

    /// <summary>The embedded bi-encoder without dropout: a run this short has no time to overfit.</summary>
    private string StartDirectory(int seed)
    {
        string directory = Directory.CreateDirectory(_temporary.File($"start-{seed}")).FullName;
        foreach (string file in Directory.GetFiles(MiniModels.BiEncoderDirectory))
        {
            File.Copy(file, Path.Combine(directory, Path.GetFileName(file)));
        }

        string configuration = Path.Combine(directory, "config.json");
        File.WriteAllText(configuration, File.ReadAllText(configuration).Replace("dropout_prob\": 0.1", "dropout_prob\": 0", StringComparison.Ordinal));
        return directory;
    }

    /// <summary>The network with its new head, before the first step.</summary>
    private static double StartMrr(DocumentationTask task, string directory, int seed)
    {
        using var network = CrossEncoderNetwork.Load(directory, 1, seed);
        var collator = TokenCollator.Load(ManifestReader.ReadCrossEncoder(directory), network.Configuration, null);
        var scorer = new NetworkPairScorer(network, collator, ActivationFunction.Identity);
        return task.Mrr((question, passages) => scorer.ScoreAsync([.. passages.Select(p => (question, p))]).GetAwaiter().GetResult().Select(s => (double)s[0]));
    }

    private static IEnumerable<double> Cosines(BiEncoder model, string question, string[] passages)
    {
        float[][] vectors = model.Encode([question, .. passages]);
        return vectors[1..].Select(v => DocumentationTask.Dot(vectors[0], v));
    }
}
