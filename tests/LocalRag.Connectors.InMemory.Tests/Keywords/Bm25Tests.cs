namespace LocalRag.Connectors.InMemory.Tests.Keywords;

public class Bm25Tests
{
    private static readonly string[] Documents = ["cat sat cat mat", "dog sat", "cat dog bird fish dog nest"];

    [Fact]
    public async Task The_worked_example_has_the_scores_of_Lucene()
    {
        var hits = await SearchAsync(["cat bird"]);
        Assert.Equal([3, 1], hits.Where(h => h.KeywordScore is not null).OrderByDescending(h => h.KeywordScore).Select(h => h.Record.Id));
        Assert.Equal(0.54748, hits.Single(h => h.Record.Id == 3).KeywordScore!.Value, 1e-5);
        Assert.Equal(0.29375, hits.Single(h => h.Record.Id == 1).KeywordScore!.Value, 1e-5);
        Assert.Null(hits.Single(h => h.Record.Id == 2).KeywordScore);
    }

    [Fact]
    public async Task A_repeated_query_term_counts_as_often()
    {
        var once = await SearchAsync(["bird"]);
        var twice = await SearchAsync(["bird", "bird"]);
        Assert.Equal(2 * once.Max(h => h.KeywordScore)!.Value, twice.Max(h => h.KeywordScore)!.Value, 1e-6);
    }

    private static async Task<List<HybridSearchHit<Doc>>> SearchAsync(string[] keywords)
    {
        using var store = new InMemoryVectorStore();
        var collection = store.GetCollection<int, Doc>("docs");
        await collection.EnsureCollectionExistsAsync(TestContext.Current.CancellationToken);
        await collection.UpsertAsync(Documents.Select((text, i) => new Doc { Id = i + 1, Text = text, Vector = new float[] { 1, 0 } }), TestContext.Current.CancellationToken);
        return await collection.HybridSearchWithLegsAsync(new ReadOnlyMemory<float>([1, 0]), keywords, 3, cancellationToken: TestContext.Current.CancellationToken).ToListAsync(TestContext.Current.CancellationToken);
    }

    internal sealed class Doc
    {
        [Microsoft.Extensions.VectorData.VectorStoreKey]
        public int Id { get; set; }

        [Microsoft.Extensions.VectorData.VectorStoreData(IsFullTextIndexed = true)]
        public string Text { get; set; } = "";

        [Microsoft.Extensions.VectorData.VectorStoreVector(2)]
        public ReadOnlyMemory<float> Vector { get; set; }
    }
}
