using static TorchSharp.torch;

namespace LocalRag.Training.Tests.Losses;

public class CrossEncoderLossTests
{
    private static readonly float[][] Logits = [[0.3f, -1.2f, 2.0f, 0.1f], [1.5f, 0.2f]];
    private static readonly float[][] Labels = [[1, 0, 2, 0], [0, 3]];

    [TorchFact]
    public void ListNet_is_the_cross_entropy_of_two_softmax_distributions() => AssertLoss(CrossEncoderLoss.ListNet(), (s, y) =>
        -Softmax(y).Zip(Softmax(s)).Sum(p => p.First * Math.Log(p.Second)));

    [TorchTheory]
    [InlineData(false)]
    [InlineData(true)]
    public void ListMle_sums_the_log_likelihood_of_every_place_with_or_without_weights(bool weighted)
    {
        var loss = weighted ? CrossEncoderLoss.PositionAwareListMle(respectInputOrder: false) : CrossEncoderLoss.ListMle(respectInputOrder: false);
        AssertLoss(loss, (s, y) =>
        {
            double[] sorted = [.. s.Zip(y).OrderByDescending(p => p.Second).Select(p => p.First)];
            double total = Enumerable.Range(0, sorted.Length).Sum(i => Math.Pow(2, sorted.Length - i) - 1);
            return -sorted.Select((value, i) =>
                (value - Math.Log(sorted[i..].Sum(Math.Exp))) * (weighted ? (Math.Pow(2, sorted.Length - i) - 1) / total : 1)).Sum();
        });
    }

    [TorchTheory]
    [InlineData(LambdaWeighting.None, null)]
    [InlineData(LambdaWeighting.LambdaRank, null)]
    [InlineData(LambdaWeighting.NdcgLoss1, null)]
    [InlineData(LambdaWeighting.NdcgLoss2, 2)]
    [InlineData(LambdaWeighting.NdcgLoss2PlusPlus, null)]
    [InlineData(LambdaWeighting.NdcgLoss2PlusPlus, 3)]
    public void Lambda_equals_its_formula_pair_by_pair(LambdaWeighting weighting, int? k)
    {
        using var scope = NewDisposeScope();
        double sum = 0;
        int count = 0;
        foreach (var (s, y) in Logits.Zip(Labels))
        {
            int[] order = [.. Enumerable.Range(0, s.Length).OrderByDescending(i => s[i])];
            int cut = Math.Min(k ?? 4, 4);
            double ideal = y.OrderDescending().Take(cut).Select((label, i) => (Math.Pow(2, label) - 1) / Math.Log2(i + 2)).Sum();
            double Gain(int i) => (Math.Pow(2, y[order[i]]) - 1) / ideal;
            double D(int rank) => Math.Log2(1 + rank);
            for (int i = 0; i < s.Length; i++)
            {
                for (int j = 0; j < s.Length; j++)
                {
                    if ((weighting != LambdaWeighting.NdcgLoss1 && y[order[i]] <= y[order[j]]) || i >= cut || j >= cut)
                    {
                        continue;
                    }

                    double rank = Math.Abs((1 / D(i + 1)) - (1 / D(j + 1))) * Math.Abs(Gain(i) - Gain(j));
                    int distance = Math.Abs(i - j);
                    double bound = distance == 0 ? 0 : Math.Abs((1 / D(distance)) - (1 / D(distance + 1))) * Math.Abs(Gain(i) - Gain(j));
                    double weight = weighting switch
                    {
                        LambdaWeighting.None => 1,
                        LambdaWeighting.LambdaRank => rank,
                        LambdaWeighting.NdcgLoss1 => Gain(i) / D(i + 1),
                        LambdaWeighting.NdcgLoss2 => bound,
                        _ => (10 * bound) + rank,
                    };
                    sum -= Math.Log2(Math.Pow(1 / (1 + Math.Exp(-(s[order[i]] - s[order[j]]))), weight));
                    count++;
                }
            }
        }

        Assert.Equal(sum / count, Compute(CrossEncoderLoss.Lambda(weighting, k)), 1e-5);
    }

    [TorchFact]
    public void AdrMse_compares_approximate_ranks_with_those_of_the_labels()
    {
        using var scope = NewDisposeScope();
        var errors = Logits.Zip(Labels).SelectMany(list => list.First.Select((s, i) =>
        {
            double rank = 1 + list.First.Where((_, j) => j != i).Sum(other => 1 / (1 + Math.Exp(-(other - s))));
            double target = list.Second.Count(l => l > list.Second[i]) + ((list.Second.Count(l => l == list.Second[i]) + 1) / 2.0);
            return Math.Pow(target - rank, 2) / Math.Log2(target + 1);
        }));
        Assert.Equal(errors.Average(), Compute(CrossEncoderLoss.AdrMeanSquaredError()), 1e-5);
    }

    [TorchFact]
    public void MarginMse_takes_margins_or_the_teachers_scores()
    {
        using var scope = NewDisposeScope();
        var loss = CrossEncoderLoss.MarginMeanSquaredError().Create(1, null);
        using var logits = tensor((float[])[2, 0.5f, -1]);
        double expected = (Math.Pow(1.5 - 1, 2) + Math.Pow(3 - 2, 2)) / 2;
        foreach (float[] labels in (float[][])[[1, 2], [5, 4, 3]])
        {
            var batch = loss.Prepare([new(["q", "p", "n1", "n2"], labels)], new Random(0));
            Assert.Equal(expected, loss.Compute(logits, batch).item<float>(), 1e-5);
        }
    }

    [TorchFact]
    public void Negatives_of_other_examples_are_drawn_without_repetition_and_own_texts_never()
    {
        var loss = CrossEncoderLoss.MultipleNegativesRanking(negatives: 2).Create(1, null);
        InputExample[] examples = [.. Enumerable.Range(0, 4).Select(i => new InputExample([$"q{i}", $"p{i}", $"h{i}"]))];
        var batch = loss.Prepare(examples, new Random(3));
        for (int i = 0; i < 4; i++)
        {
            var rows = batch.Items.Skip(batch.Starts[i]).Take(batch.Count(i)).ToList();
            Assert.Equal([$"p{i}", $"h{i}"], [rows[0].Second, rows[^1].Second]);
            Assert.Equal(4, rows.Select(r => r.Second).Distinct().Count());
            Assert.All(rows, r => Assert.Equal($"q{i}", r.First));
            Assert.All(rows[1..^1], r => Assert.False(r.Second!.EndsWith($"{i}", StringComparison.Ordinal)));
        }

        using var scope = NewDisposeScope();
        float[] logits = [.. Enumerable.Range(0, batch.Items.Count).Select(i => i * 0.1f)];
        double expected = Enumerable.Range(0, 4).Average(i =>
        {
            double[] scaled = [.. logits[batch.Starts[i]..batch.Starts[i + 1]].Select(l => 10 / (1 + Math.Exp(-l)))];
            return -Math.Log(Softmax(scaled)[0]);
        });
        Assert.Equal(expected, loss.Compute(tensor(logits), batch).item<float>(), 1e-5);
    }

    [TorchTheory]
    [InlineData(1.5f, "between 0 and 1")]
    [InlineData(-0.1f, "between 0 and 1")]
    public void A_binary_label_out_of_range_is_named(float label, string expected) =>
        Assert.Contains(expected, CrossEncoderLoss.BinaryCrossEntropy().Create(1, null).Objection(new(["a", "b"], label)));

    [TorchTheory]
    [InlineData(0.5f)]
    [InlineData(3f)]
    public void A_class_must_be_a_whole_number_in_range(float label) =>
        Assert.Contains("class from 0 to 2", CrossEncoderLoss.CrossEntropy().Create(3, null).Objection(new(["a", "b"], label)));

    private static void AssertLoss(CrossEncoderLoss loss, Func<double[], double[], double> twin)
    {
        using var scope = NewDisposeScope();
        double expected = Logits.Zip(Labels).Average(list => twin([.. list.First], [.. list.Second]));
        Assert.Equal(expected, Compute(loss), 1e-5);
    }

    /// <summary>Both lists in one padded batch.</summary>
    private static double Compute(CrossEncoderLoss loss)
    {
        var function = loss.Create(1, null);
        var batch = function.Prepare([.. Labels.Select(l => new InputExample(["q", .. l.Select((_, i) => $"d{i}")], l))], new Random(0));
        return function.Compute(tensor((float[])[.. Logits.SelectMany(l => l)]).view(-1, 1), batch).item<float>();
    }

    private static double[] Softmax(IEnumerable<double> values)
    {
        double[] all = [.. values.Select(Math.Exp)];
        return [.. all.Select(v => v / all.Sum())];
    }
}
