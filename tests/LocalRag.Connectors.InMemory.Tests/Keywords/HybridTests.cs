namespace LocalRag.Connectors.InMemory.Tests.Keywords;

public class HybridTests
{
    private static readonly CancellationToken Token = TestContext.Current.CancellationToken;

    [Fact]
    public void Reciprocal_ranks_equal_the_worked_example()
    {
        // Vector search: A, B, C; keyword search: C, D.
        var fused = RankFusion.Fuse([new(0.9f, 0), new(0.8f, 1), new(0.7f, 2)], [new(5, 2), new(4, 3)], HybridFusion.ReciprocalRank, 1, 1, 60);
        Assert.Equal([2, 0, 1, 3], fused.Select(f => f.Row));
        Assert.Equal(0.0322665, fused[0].Score, 1e-7);
        Assert.Equal(0.0163934, fused[1].Score, 1e-7);
        Assert.Equal(0.0161290, fused[2].Score, 1e-7);
        Assert.Equal(fused[2].Score, fused[3].Score);
    }

    [Fact]
    public void Relative_scores_stretch_each_list_to_one_and_weights_tip_the_balance()
    {
        Hit[] vectors = [new(0.9f, 0), new(0.5f, 1), new(0.1f, 2)];
        Hit[] keywords = [new(8, 2), new(4, 1)];
        var even = RankFusion.Fuse(vectors, keywords, HybridFusion.RelativeScore, 1, 1, 60);
        Assert.Equal([(0, 1d), (2, 1d), (1, 0.5)], even.Select(f => (f.Row, Math.Round(f.Score, 6))));
        var words = RankFusion.Fuse(vectors, keywords, HybridFusion.RelativeScore, 1, 3, 60);
        Assert.Equal(2, words[0].Row);
        Assert.Equal(1, RankFusion.Fuse([new(1, 5)], [], HybridFusion.RelativeScore, 1, 1, 60)[0].Score);
    }

    [Fact]
    public async Task Both_legs_are_filtered_and_an_update_or_delete_counts_at_once()
    {
        var collection = await CreateAsync();
        Assert.Equal((int[])[3, 1], await KeywordIdsAsync(collection, "cat bird"));
        var filtered = await collection.HybridSearchWithLegsAsync(new float[] { 1, 0 }, ["cat"], 5, new() { Filter = r => r.Id != 3 }, Token).ToListAsync(Token);
        Assert.DoesNotContain(filtered, h => h.Record.Id == 3);
        await collection.UpsertAsync(new Bm25Tests.Doc { Id = 1, Text = "whale", Vector = new float[] { 1, 0 } }, Token);
        Assert.Equal((int[])[3], await KeywordIdsAsync(collection, "cat"));
        Assert.Equal((int[])[1], await KeywordIdsAsync(collection, "WHALE!"));
        await collection.DeleteAsync(3, Token);
        Assert.Empty(await KeywordIdsAsync(collection, "cat"));
    }

    [Fact]
    public async Task Statistics_are_those_of_the_live_rows()
    {
        var collection = await CreateAsync();
        var fresh = await ScoreAsync(collection, "bird");
        for (var i = 0; i < 50; i++)
        {
            await collection.UpsertAsync(new Bm25Tests.Doc { Id = 99, Text = "noise bird of many words", Vector = new float[] { 1, 0 } }, Token);
            await collection.DeleteAsync(99, Token);
        }

        Assert.Equal(fresh, await ScoreAsync(collection, "bird"), 1e-6);
    }

    [Fact]
    public async Task Options_choose_fusion_threshold_and_page()
    {
        var collection = await CreateAsync();
        var options = new InMemoryHybridSearchOptions<Bm25Tests.Doc> { Fusion = HybridFusion.RelativeScore, KeywordWeight = 2, VectorWeight = 0 };
        var hits = await collection.HybridSearchAsync(new float[] { 1, 0 }, ["cat bird"], 5, options, Token).ToListAsync(Token);
        Assert.Equal((3, 2d), (hits[0].Record.Id, hits[0].Score!.Value));
        options.ScoreThreshold = 1.5;
        Assert.Single(await collection.HybridSearchAsync(new float[] { 1, 0 }, ["cat bird"], 5, options, Token).ToListAsync(Token));
        options.ScoreThreshold = null;
        options.Skip = 1;
        Assert.NotEqual(3, (await collection.HybridSearchAsync(new float[] { 1, 0 }, ["cat bird"], 1, options, Token).SingleAsync(Token)).Record.Id);
        options.RankConstant = 0;
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(async () => await collection.HybridSearchAsync(new float[] { 1, 0 }, ["x"], 1, options, Token).ToListAsync(Token));
    }

    [Theory]
    [InlineData(KeywordAnalysis.Standard, "The cats' X-12b can't: 3.14 wi.fi", "the|cats|x|12b|x-12b|can't|3.14|wi.fi")]
    [InlineData(KeywordAnalysis.EnglishStopWords, "The cat is on the mat", "cat|mat")]
    [InlineData(KeywordAnalysis.English, "The cat's relational ponies were running", "cat|relat|poni|were|run")]
    [InlineData(KeywordAnalysis.Standard, "Größe ÉCOLE ＡＢ１ snake_case", "größe|école|ab1|snake_case")]
    [InlineData(KeywordAnalysis.Standard, "日本語です 東 한국", "日本|本語|語で|です|東|한국")]
    [InlineData(KeywordAnalysis.Standard, "ไทย 🦊🦊 a,b 1,000", "ไทย|🦊|🦊|a|b|1,000")]
    [InlineData(KeywordAnalysis.Standard, " \uD800 ...", "")]
    public void Text_becomes_terms(KeywordAnalysis analysis, string text, string terms) =>
        Assert.Equal(terms, string.Join('|', new KeywordAnalyzer(analysis).Terms(text)));

    [Theory]
    [InlineData("caresses", "caress")]
    [InlineData("agreed", "agre")]
    [InlineData("hopping", "hop")]
    [InlineData("filing", "file")]
    [InlineData("happy", "happi")]
    [InlineData("vietnamization", "vietnam")]
    [InlineData("adoption", "adopt")]
    [InlineData("controll", "control")]
    [InlineData("sky", "sky")]
    public void Stems_are_those_of_Porter(string word, string stem) => Assert.Equal(stem, PorterStemmer.Stem(word));

    private static async Task<double> ScoreAsync(InMemoryCollection<int, Bm25Tests.Doc> collection, string keyword) =>
        (await collection.HybridSearchWithLegsAsync(new float[] { 1, 0 }, [keyword], 5, cancellationToken: Token).FirstAsync(h => h.KeywordRank == 1, Token)).KeywordScore!.Value;

    private static async Task<IEnumerable<int>> KeywordIdsAsync(InMemoryCollection<int, Bm25Tests.Doc> collection, string keyword) =>
        await collection.HybridSearchWithLegsAsync(new float[] { 1, 0 }, [keyword], 5, cancellationToken: Token)
            .Where(h => h.KeywordRank is not null).OrderBy(h => h.KeywordRank).Select(h => h.Record.Id).ToArrayAsync(Token);

    private static async Task<InMemoryCollection<int, Bm25Tests.Doc>> CreateAsync()
    {
        var collection = new InMemoryCollection<int, Bm25Tests.Doc>("docs");
        await collection.EnsureCollectionExistsAsync(Token);
        string[] texts = ["cat sat cat mat", "dog sat", "cat dog bird fish dog nest"];
        await collection.UpsertAsync(texts.Select((text, i) => new Bm25Tests.Doc { Id = i + 1, Text = text, Vector = new float[] { 1, 0 } }), Token);
        return collection;
    }
}
