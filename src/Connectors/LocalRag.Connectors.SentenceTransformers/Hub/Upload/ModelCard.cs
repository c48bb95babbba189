using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace LocalRag.Connectors.SentenceTransformers.Hub.Upload;

/// <summary>The README.md of a model on the hub: written when there is none, given further tags when there is one.</summary>
internal static partial class ModelCard
{
    public const string FileName = "README.md";

    public static string Create(string repository, ModelKind kind, IEnumerable<string> tags)
    {
        var isReranker = kind == ModelKind.CrossEncoder;
        string[] own = isReranker
            ? ["sentence-transformers", "cross-encoder", "reranker", "onnx"]
            : ["sentence-transformers", "sentence-similarity", "feature-extraction", "onnx"];
        var list = string.Concat(own.Concat(tags).Distinct(StringComparer.Ordinal).Select(tag => $"- {Scalar(tag)}\n"));
        return isReranker
            ? $$"""
              ---
              tags:
              {{list}}pipeline_tag: text-ranking
              library_name: sentence-transformers
              ---

              # {{repository}}

              A cross-encoder that scores how well a passage answers a question. Use it to rerank search results.

              ```csharp
              using var encoder = await CrossEncoder.LoadAsync("{{repository}}");
              float[] scores = encoder.Predict([("a question", "a passage")]);
              ```

              ```python
              from sentence_transformers import CrossEncoder

              model = CrossEncoder("{{repository}}", backend="onnx")
              scores = model.predict([("a question", "a passage")])
              ```

              """
            : $$"""
              ---
              tags:
              {{list}}pipeline_tag: sentence-similarity
              library_name: sentence-transformers
              ---

              # {{repository}}

              A sentence-transformers model that maps texts to vectors whose similarity is that of the texts.

              ```csharp
              using var encoder = await BiEncoder.LoadAsync("{{repository}}");
              float[][] vectors = encoder.Encode(["a text", "another text"]);
              ```

              ```python
              from sentence_transformers import SentenceTransformer

              model = SentenceTransformer("{{repository}}", backend="onnx")
              vectors = model.encode(["a text", "another text"])
              ```

              """;
    }

    /// <summary>The card with the tags that it lacks; everything else stays as it is.</summary>
    public static string AddTags(string card, IEnumerable<string> tags)
    {
        var wanted = tags.Distinct(StringComparer.Ordinal).ToList();
        if (FrontMatter().Match(card) is not { Success: true } head)
        {
            return $"---\ntags:\n{List(wanted)}---\n\n{card}";
        }

        var yaml = head.Groups["yaml"];
        if (BlockTags().Match(yaml.Value) is { Success: true } block)
        {
            var present = block.Groups["tag"].Captures.Select(capture => Unquote(capture.Value)).ToHashSet(StringComparer.Ordinal);
            var at = yaml.Index + block.Index + block.Length;
            return card.Insert(at, List(wanted.Where(tag => !present.Contains(tag)), block.Groups["indent"].Captures is [var first, ..] ? first.Value : ""));
        }

        if (FlowTags().Match(yaml.Value) is { Success: true } flow)
        {
            var present = flow.Groups["list"].Value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(Unquote).ToHashSet(StringComparer.Ordinal);
            var list = flow.Groups["list"];
            var all = string.Join(", ", new[] { list.Value.Trim() }.Where(text => text.Length > 0).Concat(wanted.Where(tag => !present.Contains(tag)).Select(Scalar)));
            return card.Remove(yaml.Index + list.Index, list.Length).Insert(yaml.Index + list.Index, all);
        }

        return card.Insert(yaml.Index, $"tags:\n{List(wanted)}");
    }

    private static string List(IEnumerable<string> tags, string indent = "")
        => tags.Aggregate(new StringBuilder(), (text, tag) => text.Append(indent).Append("- ").Append(Scalar(tag)).Append('\n')).ToString();

    // JSON's strings are YAML's double-quoted ones.
    private static string Scalar(string tag) => PlainTag().IsMatch(tag) ? tag : $"\"{JsonEncodedText.Encode(tag)}\"";

    private static string Unquote(string text) => text.Trim().Trim('"', '\'');

    [GeneratedRegex(@"\A---[ \t]*\r?\n(?<yaml>.*?)^---[ \t]*\r?$", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex FrontMatter();

    [GeneratedRegex(@"^tags:[ \t]*\r?\n(?:(?<indent>[ \t]*)-[ \t]+(?<tag>[^\r\n]*)\r?\n)*", RegexOptions.Multiline)]
    private static partial Regex BlockTags();

    [GeneratedRegex(@"^tags:[ \t]*\[(?<list>[^\]]*)\]", RegexOptions.Multiline)]
    private static partial Regex FlowTags();

    [GeneratedRegex(@"\A[A-Za-z][A-Za-z0-9_./-]*\z")]
    private static partial Regex PlainTag();
}
