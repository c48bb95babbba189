namespace LocalRag.Evaluation.Tests;

public sealed class InformationRetrievalEvaluatorTests
{
    private static readonly RetrievalDataset Dataset = new(
        [new("d1", "x"), new("d2", "y"), new("d3", "z")],
        [new("q1", "a"), new("q2", "b"), new("q3", "no judgement")],
        new Dictionary<string, IReadOnlySet<string>> { ["q1"] = new HashSet<string> { "d1" }, ["q2"] = new HashSet<string> { "d2", "d3" } });

    [Fact]
    public void Names_and_order_are_those_of_the_reference()
    {
        var metrics = new InformationRetrievalEvaluator(Dataset, new() { Name = "set" }).Evaluate([["d1"], ["d2"]], "cosine");

        Assert.Equal(
            ["accuracy@1", "accuracy@3", "accuracy@5", "accuracy@10", "precision@1", "precision@3", "precision@5", "precision@10",
             "recall@1", "recall@3", "recall@5", "recall@10", "ndcg@10", "mrr@10", "map@100"],
            metrics.Keys.Select(k => k["set_cosine_".Length..]));
    }

    [Fact]
    public void Means_run_over_the_questions_with_an_answer()
    {
        var metrics = new InformationRetrievalEvaluator(Dataset, new() { Name = "" }).Evaluate([["d2", "d1"], ["d2"]], "bm25");

        Assert.Equal(0.5, metrics["bm25_accuracy@1"]);
        Assert.Equal(0.75, metrics["bm25_mrr@10"]);
        Assert.Equal((1 + 0.5) / 2, metrics["bm25_recall@10"]);
        Assert.Equal((0.5 + 0.5) / 2, metrics["bm25_map@100"]);
    }

    [Fact]
    public void Another_number_of_lists_than_questions_is_refused()
    {
        var error = Assert.Throws<ArgumentException>("rankings", () => new InformationRetrievalEvaluator(Dataset).Evaluate([["d1"]], "cosine"));
        Assert.Contains("2 questions, found 1", error.Message);
    }

    [Fact]
    public void Judgements_that_match_no_question_are_refused() =>
        Assert.Contains("ids", Assert.Throws<ArgumentException>(() => new InformationRetrievalEvaluator(
            new(Dataset.Corpus, Dataset.Queries, new Dictionary<string, IReadOnlySet<string>>()))).Message);

    [Fact]
    public void A_k_of_zero_is_refused() =>
        Assert.Throws<ArgumentException>(() => new InformationRetrievalEvaluator(Dataset, new() { NdcgAtK = [0] }));
}
