using System.Text.Json;
using LocalRag.Connectors.SentenceTransformers.Tokenization;
using LocalRag.Testing;

namespace LocalRag.Connectors.SentenceTransformers.Tests.Tokenization;

/// <summary>Every line of the goldens, which Hugging Face's tokenizers 0.23.3 wrote, must come out equal: ids, type ids and truncations.</summary>
public class GoldenTokenizerTests
{
    [Fact]
    public void All_lines_of_bert_base_uncased_have_equal_ids() => AssertAllEqual(TestFiles.Golden("tokenizer"), "tokenizer", "bert-base-uncased.jsonl");

    [Fact]
    public void A_bare_vocabulary_gives_the_same_ids()
    {
        using var directory = new TemporaryDirectory();
        File.Copy(TestFiles.Golden("tokenizer", "vocab.txt"), Path.Combine(directory.Path, "vocab.txt"));
        AssertAllEqual(directory.Path, "tokenizer", "bert-base-uncased.jsonl");
    }

    [Theory]
    [InlineData("bert-uncased")]
    [InlineData("bert-cased")]
    [InlineData("bert-cased-strip-accents")]
    [InlineData("roberta")]
    [InlineData("modernbert")]
    [InlineData("qwen")]
    [InlineData("xlm-roberta")]
    [InlineData("gemma")]
    public void All_lines_of_a_family_have_equal_ids_and_type_ids(string family) =>
        AssertAllEqual(TestFiles.Golden("tokenizers", family), "tokenizers", family, "goldens.jsonl");

    private static void AssertAllEqual(string directory, params string[] golden)
    {
        var tokenizer = TextTokenizer.Load(directory);
        var (lines, differing) = (0, new List<string>());
        foreach (var line in TestFiles.GoldenLines(golden))
        {
            lines++;
            var expectedIds = Integers(line, "ids");
            var expectedTypes = line.TryGetProperty("type_ids", out _) ? Integers(line, "type_ids") : null;
            var actual = Encode(tokenizer, line);
            var types = actual.HasTypeIds ? actual.TypeIds.ToArray() : new int[actual.Ids.Length];
            if (!actual.Ids.Span.SequenceEqual(expectedIds) || expectedTypes is not null && !types.AsSpan().SequenceEqual(expectedTypes))
                differing.Add($"line {lines}: {line.GetRawText()}\n   got {string.Join(", ", actual.Ids.ToArray())} / {string.Join(", ", types)}");
        }

        Assert.True(lines > 1000, $"only {lines} lines were read");
        Assert.True(differing.Count == 0, $"{differing.Count} of {lines} lines differ:\n{string.Join('\n', differing.Take(12))}");
    }

    private static TextEncoding Encode(TextTokenizer tokenizer, JsonElement line)
    {
        int? maxTokens = line.TryGetProperty("max_length", out var length) ? length.GetInt32() : null;
        var text = line.GetProperty("text").GetString()!;
        if (!line.TryGetProperty("pair", out var pair))
            return tokenizer.Encode(text, maxTokens);
        var strategy = line.TryGetProperty("strategy", out var name)
            ? name.GetString() switch
            {
                "longest_first" => TruncationStrategy.LongestFirst,
                "only_first" => TruncationStrategy.OnlyFirst,
                "only_second" => TruncationStrategy.OnlySecond,
                _ => throw new InvalidDataException(name.GetString()),
            }
            : TruncationStrategy.LongestFirst;
        return tokenizer.EncodePair(text, pair.GetString()!, maxTokens, strategy);
    }

    private static int[] Integers(JsonElement line, string key) => [.. line.GetProperty(key).EnumerateArray().Select(e => e.GetInt32())];
}
