using LocalRag.Connectors.SentenceTransformers;
using LocalRag.Evaluation;
using LocalRag.Models.Mini;
using LocalRag.Testing;

namespace LocalRag.Training.Tests;

/// <summary>The recipe of docs/training.md on a small scale: a tiny bi-encoder and a tiny cross-encoder learn a teacher's scores over the docs folder.</summary>
public sealed class RecipeTests : IDisposable
{
    private const int Documents = 6;
    private readonly TemporaryDirectory _temporary = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _temporary.Dispose();

    [TorchFact]
    public async Task Students_come_to_agree_with_their_teacher()
    {
        using var teacher = BiEncoder.Load(MiniModels.BiEncoderDirectory);
        // A few lists by heart: 60 steps of tiny models teach no more, whatever the docs say.
        var lists = Lists(Path.Combine(TestFiles.RepositoryRoot, "docs"), teacher)[..8];
        string start = TestFiles.Golden("models", "bert-mean");
        using var before = BiEncoder.Load(start);
        using var embedder = await before.FitAsync(lists, new()
        {
            Loss = BiEncoderLoss.DistillKLDivergence(),
            OutputPath = _temporary.File("embedder"),
            LearningRate = 2e-3,
            BatchSize = 8,
            Epochs = 100,
            MaxSteps = 60,
            MaxLength = 48,
        }, Token);
        double agreed = Agreement(lists, before), agrees = Agreement(lists, embedder);
        Assert.True(agrees > agreed + 0.3, $"Spearman with the teacher went from {agreed:F3} to {agrees:F3}");

        List<double> losses = [];
        using var reranker = await CrossEncoderTraining.FitDirectoryAsync(_temporary.File("embedder"), lists, new()
        {
            Loss = CrossEncoderLoss.ListNet(),
            OutputPath = _temporary.File("reranker"),
            LearningRate = 2e-3,
            BatchSize = 8,
            Epochs = 60,
            MaxLength = 48,
            Progress = new Recorder(losses),
        }, Token);
        Assert.True(losses[^10..].Average() < losses[..10].Average() - 0.02, $"loss went from {losses[..10].Average():F3} to {losses[^10..].Average():F3}");
        Assert.Single(reranker.Predict([("question", "passage")]));
    }

    /// <summary>Every heading of the folder as a question, with its own passage and random others, scored by the teacher.</summary>
    private static List<InputExample> Lists(string folder, BiEncoder teacher)
    {
        var sections = new List<(string Heading, string Text)>();
        foreach (string file in Directory.GetFiles(folder, "*.md").Order(StringComparer.Ordinal))
        {
            sections.AddRange(File.ReadAllText(file).Split("\n## ")[1..].Select(s => s.Split('\n', 2)).Where(s => s[1].Length > 80).Select(s => (s[0], s[1].Trim()[..Math.Min(s[1].Trim().Length, 300)])));
        }

        float[][] passages = teacher.Encode([.. sections.Select(s => s.Text)]);
        float[][] questions = teacher.Encode([.. sections.Select(s => s.Heading)]);
        var random = new Random(1);
        return [.. sections.Select((section, i) =>
        {
            int[] rows = [i, .. Enumerable.Range(0, Documents - 1).Select(_ => random.Next(sections.Count))];
            return new InputExample([section.Heading, .. rows.Select(r => sections[r].Text)], (float[])[.. rows.Select(r => 20 * Dot(questions[i], passages[r]))]);
        })];
    }

    private static double Agreement(List<InputExample> lists, BiEncoder student)
    {
        double sum = 0;
        foreach (var list in lists)
        {
            float[][] vectors = student.Encode(list.Texts);
            sum += CorrelationMetrics.Spearman((double[])[.. vectors[1..].Select(v => (double)Dot(vectors[0], v))], (double[])[.. list.Labels.Select(l => (double)l)]);
        }

        return sum / lists.Count;
    }

    private static float Dot(float[] a, float[] b) => a.Zip(b, (x, y) => x * y).Sum();

    private sealed class Recorder(List<double> losses) : IProgress<FitProgress>
    {
        public void Report(FitProgress value) => losses.Add(value.Loss);
    }
}
