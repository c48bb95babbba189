using static TorchSharp.torch;

namespace LocalRag.Training.Tests.Losses;

public class BiEncoderLossTests
{
    private static readonly float[] Rows = [1, 0, 0.5f, 0.5f, -1, 2, 0.2f, 1, 2, 1, 0, -1];

    [TorchFact]
    public void Multiple_negatives_ranking_compares_with_all_positives_and_hard_negatives()
    {
        double expected = 0;
        for (int i = 0; i < 2; i++)
        {
            double[] scores = [.. new[] { 1, 4, 2, 5 }.Select(row => 20 * Cosine(3 * i, row))];
            expected -= Math.Log(Math.Exp(scores[i]) / scores.Sum(Math.Exp)) / 2;
        }

        Assert.Equal(expected, Compute(BiEncoderLoss.MultipleNegativesRanking(), new InputExample(["a", "p", "n"]), new InputExample(["b", "q", "m"])), 1e-4);
    }

    [TorchFact]
    public void Cosine_similarity_is_the_squared_error_of_the_cosine()
    {
        double expected = Enumerable.Range(0, 3).Average(i => Math.Pow(Cosine(2 * i, (2 * i) + 1) - 0.5, 2));
        Assert.Equal(expected, Compute(BiEncoderLoss.CosineSimilarity(), Pair(0.5f), Pair(0.5f), Pair(0.5f)), 1e-5);
    }

    [TorchFact]
    public void CoSent_counts_pairs_in_the_wrong_order()
    {
        double[] cosines = [.. Enumerable.Range(0, 3).Select(i => 20 * Cosine(2 * i, (2 * i) + 1))];
        // Labels rise: every earlier pair should be less near than a later one.
        double expected = Math.Log(1 + Math.Exp(cosines[0] - cosines[1]) + Math.Exp(cosines[0] - cosines[2]) + Math.Exp(cosines[1] - cosines[2]));
        Assert.Equal(expected, Compute(BiEncoderLoss.CoSent(), Pair(0), Pair(0.5f), Pair(1)), 1e-4);
    }

    [TorchFact]
    public void Distillation_of_vectors_margins_and_distributions_equals_the_formulas()
    {
        float[] teacher = [.. Rows.Select(r => r + 0.5f)];
        Assert.Equal(0.25, Compute(BiEncoderLoss.MeanSquaredError(), [.. Enumerable.Range(0, 6).Select(i => new InputExample(["t"], teacher[(2 * i)..((2 * i) + 2)]))]), 1e-5);

        InputExample[] lists = [new(["q", "p", "n"], [3f, 1f]), new(["r", "p", "n"], [1f, 0.5f])];
        double margins = lists.Select((list, i) => Math.Pow(Dot(3 * i, (3 * i) + 1) - Dot(3 * i, (3 * i) + 2) - (list.Labels[0] - list.Labels[1]), 2)).Average();
        Assert.Equal(margins, Compute(BiEncoderLoss.MarginMeanSquaredError(), lists), 1e-4);

        const double temperature = 2;
        double divergence = lists.Select((list, i) =>
        {
            double[] student = Softmax(Dot(3 * i, (3 * i) + 1) / temperature, Dot(3 * i, (3 * i) + 2) / temperature);
            double[] target = Softmax(list.Labels[0] / temperature, list.Labels[1] / temperature);
            return target.Zip(student).Sum(p => p.First * Math.Log(p.First / p.Second)) * temperature * temperature;
        }).Average();
        Assert.Equal(divergence, Compute(BiEncoderLoss.DistillKLDivergence(temperature), lists), 1e-4);
    }

    [TorchFact]
    public void Matryoshka_adds_the_weighted_loss_of_truncated_vectors()
    {
        using var scope = NewDisposeScope();
        var loss = BiEncoderLoss.Matryoshka(BiEncoderLoss.CosineSimilarity(), [2, 1], [1, 0.5]).Create(2);
        var batch = loss.Prepare([Pair(0.5f), Pair(0.5f), Pair(0.5f)], new Random(0));
        double full = Enumerable.Range(0, 3).Average(i => Math.Pow(Cosine(2 * i, (2 * i) + 1) - 0.5, 2));
        double one = Enumerable.Range(0, 3).Average(i => Math.Pow((Math.Sign(Rows[4 * i]) * Math.Sign(Rows[(4 * i) + 2])) - 0.5, 2));
        Assert.Equal(full + (0.5 * one), loss.Compute(tensor(Rows, [6, 2]), batch).item<float>(), 1e-5);
        Assert.Throws<ArgumentException>(() => BiEncoderLoss.Matryoshka(BiEncoderLoss.MeanSquaredError(), [2]));
        Assert.Throws<ArgumentException>(() => BiEncoderLoss.Matryoshka(BiEncoderLoss.CosineSimilarity(), [4]).Create(2));
    }

    private static InputExample Pair(float label) => new(["a", "b"], label);

    private static double Compute(BiEncoderLoss loss, params InputExample[] examples)
    {
        using var scope = NewDisposeScope();
        var function = loss.Create(2);
        var batch = function.Prepare(examples, new Random(0));
        Assert.All(examples, e => Assert.Null(function.Objection(e)));
        return function.Compute(tensor(Rows, [6, 2]), batch).item<float>();
    }

    private static double Dot(int a, int b) => (Rows[2 * a] * Rows[2 * b]) + (Rows[(2 * a) + 1] * Rows[(2 * b) + 1]);

    private static double Cosine(int a, int b) => Dot(a, b) / Math.Sqrt(Dot(a, a) * Dot(b, b));

    private static double[] Softmax(double a, double b) => [1 / (1 + Math.Exp(b - a)), 1 / (1 + Math.Exp(a - b))];
}
