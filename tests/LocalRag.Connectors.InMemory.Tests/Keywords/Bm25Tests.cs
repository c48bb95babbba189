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

    [Fact]
    public async Task Scores_are_those_of_the_snapshot_whatever_is_written_later()
    {
        var token = TestContext.Current.CancellationToken;
        using var store = new InMemoryVectorStore();
        var collection = store.GetCollection<int, Doc>("docs");
        await collection.EnsureCollectionExistsAsync(token);
        await collection.UpsertAsync(Documents.Select((text, i) => new Doc { Id = i + 1, Text = text, Vector = new float[2] }), token);
        var snapshot = store.Database.Collections["docs"].Current;
        var before = Search(snapshot);
        Assert.Equal(2, before.Length);
        await collection.UpsertAsync(Enumerable.Range(10, 200).Select(i => new Doc { Id = i, Text = "cat and a long tail of other words", Vector = new float[2] }), token);
        await collection.DeleteAsync(2, token);
        await collection.UpsertAsync(new Doc { Id = 1, Text = "no animal", Vector = new float[2] }, token);
        Assert.Equal(before, Search(snapshot));
        Assert.NotEqual(before, Search(store.Database.Collections["docs"].Current));

        static Hit[] Search(Snapshot snapshot)
        {
            var best = new TopK(10);
            snapshot.Table.Texts[0]!.Search(snapshot, snapshot.Texts[0], ["cat bird"], null, ref best, TestContext.Current.CancellationToken);
            var hits = best.Drain();
            best.Dispose();
            return hits;
        }
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
