using LocalRag.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.VectorData;

namespace LocalRag.Tests;

public class QueryPromptTests
{
    [Fact]
    public async Task Searching_a_text_equals_searching_the_vector_of_its_query_prompt()
    {
        var services = new ServiceCollection();
        services.AddSentenceTransformerEmbeddingGenerator(TestFiles.Golden("models", "bert-prompts-included"));
        services.AddInMemoryVectorStore();
        await using var provider = services.BuildServiceProvider();
        var collection = provider.GetRequiredService<VectorStore>().GetCollection<int, Text>("texts");
        await collection.EnsureCollectionExistsAsync();
        var lines = TestFiles.GoldenLines("models", "bert-prompts-included", "goldens.jsonl").ToArray();
        await collection.UpsertAsync(lines.Select((line, i) => new Text { Id = i, Source = line.GetProperty("text").GetString()! }));

        var queries = lines.Where(line => line.TryGetProperty("prompt_name", out var name) && name.GetString() == "query").Skip(5).Take(5).ToArray();
        Assert.NotEmpty(queries);
        foreach (var line in queries)
        {
            var text = line.GetProperty("text").GetString()!;
            var vector = line.GetProperty("embedding").EnumerateArray().Select(e => e.GetSingle()).ToArray();
            var byText = await collection.SearchAsync(text, 5).ToListAsync();
            var byVector = await collection.SearchAsync(vector, 5).ToListAsync();
            foreach (var (t, v) in byText.Zip(byVector))
                Assert.Equal(v.Score!.Value, t.Score!.Value, 2e-5);
            Assert.Equal(byVector.Count, byText.Count);

            // The same text as a document lies elsewhere; otherwise the test would not notice a missing prompt.
            var document = lines.Single(l => l.GetProperty("prompt_name").GetString() == "document" && l.GetProperty("text").GetString() == text)
                .GetProperty("embedding").EnumerateArray().Select(e => e.GetSingle()).ToArray();
            Assert.True(VectorSimilarity.Cosine(vector, document) < 0.9999f);
        }
    }

    public sealed class Text
    {
        [VectorStoreKey]
        public int Id { get; set; }

        [VectorStoreVector(32)]
        public string Source { get; set; } = "";
    }
}
