using System.Text.Json;
using LocalRag.Testing;

namespace LocalRag.Cli.Tests.Goldens;

public class TokenizeGoldenTests
{
    public static TheoryData<string> Families => [.. Directory.EnumerateDirectories(TestFiles.Golden("tokenizers")).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Families))]
    public async Task Ids_of_every_family_equal_the_goldens(string family)
    {
        var goldens = TestFiles.GoldenLines("tokenizers", family, "goldens.jsonl").ToList();
        var run = await ToolRun.OfAsync(goldens.Select(golden => golden.GetRawText()), "tokenize", TestFiles.Golden("tokenizers", family));
        AssertSameIds(goldens, run.Succeeded());
    }

    [Fact]
    public async Task A_directory_with_only_a_vocabulary_will_do()
    {
        var directory = Directory.CreateTempSubdirectory("localrag-vocabulary-");
        try
        {
            File.Copy(TestFiles.Golden("tokenizer", "vocab.txt"), Path.Combine(directory.FullName, "vocab.txt"));
            var goldens = TestFiles.GoldenLines("tokenizer", "bert-base-uncased.jsonl").ToList();
            var run = await ToolRun.OfAsync(goldens.Select(golden => golden.GetRawText()), "tokenize", directory.FullName);
            AssertSameIds(goldens, run.Succeeded());
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }

    private static void AssertSameIds(List<JsonElement> goldens, IReadOnlyList<JsonElement> results)
    {
        Assert.NotEmpty(goldens);
        Assert.Equal(goldens.Count, results.Count);
        for (var i = 0; i < goldens.Count; i++)
        {
            var ids = Numbers(results[i], "ids");
            Assert.Equal(Numbers(goldens[i], "ids"), ids);
            var types = Numbers(results[i], "type_ids");
            Assert.Equal(goldens[i].TryGetProperty("type_ids", out _) ? Numbers(goldens[i], "type_ids") : new int[ids.Length], types);
        }
    }

    private static int[] Numbers(JsonElement line, string name) => [.. line.GetProperty(name).EnumerateArray().Select(value => value.GetInt32())];
}
