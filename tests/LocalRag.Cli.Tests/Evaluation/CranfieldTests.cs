using LocalRag.Cli.Evaluation;
using LocalRag.Connectors.InMemory;
using LocalRag.Connectors.SentenceTransformers;
using LocalRag.Evaluation;
using LocalRag.Models.Mini;
using LocalRag.Testing;

namespace LocalRag.Cli.Tests.Evaluation;

/// <summary>What each stage of the search reaches with the embedded models on Cranfield: the order of the stages, and that none falls behind.</summary>
public sealed class CranfieldTests(ITestOutputHelper output)
{
    // nDCG@10 when the models were delivered; the first two over all 225 questions, the last two over the first 200.
    private const double Vectors = 0.3294, Hybrid = 0.3836, FirstHybrid = 0.3892, Blended = 0.3963;
    private const double Keywords = 0.3522;
    private const double Tolerance = 0.01;
    private const int Candidates = 20, RerankedQuestions = 200;

    [Fact]
    public async Task Every_stage_is_better_than_the_one_before_and_as_good_as_it_was()
    {
        var token = TestContext.Current.CancellationToken;
        var dataset = RetrievalDataset.Load(TestFiles.Golden("cranfield", "corpus.jsonl"), TestFiles.Golden("cranfield", "queries.jsonl"), TestFiles.Golden("cranfield", "qrels.jsonl"));
        var all = new InformationRetrievalEvaluator(dataset);
        var first = new InformationRetrievalEvaluator(new(dataset.Corpus, [.. all.Queries.Take(RerankedQuestions)], dataset.Relevant));
        string[] questions = [.. all.Queries.Select(query => query.Value)];
        using var encoder = BiEncoder.Load(MiniModels.BiEncoderDirectory);
        using var reranker = CrossEncoder.Load(MiniModels.CrossEncoderDirectory);
        using var collection = await LabelledCollection.CreateAsync(dataset, encoder, KeywordAnalysis.EnglishStopWords, progress: null, token);

        var keywords = Ndcg(all, await collection.SearchKeywordsAsync(questions, depth: 100, token));
        var vectors = Ndcg(all, await collection.SearchVectorsAsync(questions, depth: 100, token));
        var lists = await collection.SearchHybridAsync(questions, token);
        var hybrid = Ndcg(all, lists);
        IReadOnlyList<string>[] firstLists = [.. lists.Take(RerankedQuestions)];
        var firstHybrid = Ndcg(first, firstLists);
        var blended = Ndcg(first, await collection.RerankAsync(
            questions[..RerankedQuestions], firstLists, reranker.AsReranker(), Candidates, RankBlend.DefaultRerankWeight, progress: null, token));

        output.WriteLine($"BM25 {keywords:F4}, vectors {vectors:F4}, hybrid {hybrid:F4}; first {RerankedQuestions}: hybrid {firstHybrid:F4}, blended {blended:F4}");
        Assert.True(hybrid > keywords && hybrid > vectors, $"hybrid {hybrid:F4}, BM25 {keywords:F4}, vectors {vectors:F4}");
        Assert.True(blended > firstHybrid, $"blended {blended:F4}, hybrid {firstHybrid:F4}");
        Assert.Equal(Keywords, keywords, 5e-5);
        Assert.InRange(vectors, Vectors - Tolerance, 1);
        Assert.InRange(hybrid, Hybrid - Tolerance, 1);
        Assert.InRange(firstHybrid, FirstHybrid - Tolerance, 1);
        Assert.InRange(blended, Blended - Tolerance, 1);
    }

    private static double Ndcg(InformationRetrievalEvaluator evaluator, IReadOnlyList<IReadOnlyList<string>> lists) =>
        evaluator.Evaluate(lists, "any").Single(metric => metric.Key.EndsWith("_ndcg@10", StringComparison.Ordinal)).Value;
}
