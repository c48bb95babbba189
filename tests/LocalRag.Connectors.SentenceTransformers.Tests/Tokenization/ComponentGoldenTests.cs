using System.Text.Json.Nodes;
using LocalRag.Connectors.SentenceTransformers.Tokenization;
using LocalRag.Testing;

namespace LocalRag.Connectors.SentenceTransformers.Tests.Tokenization;

/// <summary>Every normalizer, pre-tokenizer, model, post-processor and decoder by itself, on awkward texts, against Hugging Face's own engine.</summary>
public class ComponentGoldenTests
{
    private static readonly string GoldenFile = TestFiles.Golden("tokenizer-components", "components.jsonl");

    public static TheoryData<string> Kinds => ["normalizer", "pre-tokenizer", "added tokens", "family", "post-processor", "model", "decoder"];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Components_of_a_kind_give_equal_ids_and_texts(string kind)
    {
        var (cases, differing) = (0, new List<string>());
        foreach (var component in File.ReadLines(GoldenFile).Select(line => JsonNode.Parse(line)!).Where(c => ((string)c["name"]!).StartsWith(kind, StringComparison.Ordinal)))
        {
            using var directory = new TemporaryDirectory();
            File.WriteAllText(Path.Combine(directory.Path, "tokenizer.json"), Apply(component).ToJsonString());
            var tokenizer = TextTokenizer.Load(directory.Path);
            foreach (var example in component["cases"]!.AsArray())
            {
                cases++;
                if (Compare(tokenizer, example!) is { } difference)
                    differing.Add($"{component["name"]}: {difference}\n   {example!.ToJsonString()}");
            }
        }

        Assert.True(cases >= 30, $"only {cases} cases were read");
        Assert.True(differing.Count == 0, $"{differing.Count} of {cases} cases differ:\n{string.Join('\n', differing.Take(12))}");
    }

    private static JsonNode Apply(JsonNode component)
    {
        var definition = JsonNode.Parse(File.ReadAllText(TestFiles.Golden("tokenizers", (string)component["base"]!, "tokenizer.json")))!;
        foreach (var (key, value) in component["changes"]!.AsObject())
        {
            if (key != "model")
            {
                definition[key] = value?.DeepClone();
                continue;
            }

            foreach (var (option, setting) in value!.AsObject())
                definition["model"]![option] = setting?.DeepClone();
        }

        FillCharsmaps(definition["normalizer"]);
        return definition;
    }

    private static void FillCharsmaps(JsonNode? normalizer)
    {
        if (normalizer is JsonObject && (string?)normalizer["precompiled_charsmap"] == "xlm-roberta")
        {
            var source = JsonNode.Parse(File.ReadAllText(TestFiles.Golden("tokenizers", "xlm-roberta", "tokenizer.json")))!;
            normalizer["precompiled_charsmap"] = (string)source["normalizer"]!["normalizers"]![0]!["precompiled_charsmap"]!;
        }

        foreach (var step in normalizer?["normalizers"]?.AsArray() ?? [])
            FillCharsmaps(step);
    }

    private static string? Compare(TextTokenizer tokenizer, JsonNode example)
    {
        var text = (string)example["text"]!;
        var encoding = example["pair"] is { } pair ? tokenizer.EncodePair(text, (string)pair!) : tokenizer.Encode(text);
        int[] ids = [.. example["ids"]!.AsArray().Select(i => (int)i!)];
        int[] types = example["type_ids"] is { } given ? [.. given.AsArray().Select(i => (int)i!)] : new int[ids.Length];
        var actualTypes = encoding.HasTypeIds ? encoding.TypeIds.ToArray() : new int[encoding.Ids.Length];
        if (!encoding.Ids.Span.SequenceEqual(ids) || !actualTypes.AsSpan().SequenceEqual(types))
            return $"got {string.Join(',', encoding.Ids.ToArray())} / {string.Join(',', actualTypes)}";

        var decoded = (string)example["decoded"]!;
        var (plain, all) = (tokenizer.Decode(ids), tokenizer.Decode(ids, skipSpecialTokens: false));
        return plain == decoded && all == ((string?)example["decoded_with_special"] ?? decoded) ? null : $"decoded \"{plain}\" / \"{all}\"";
    }
}
