using System.Globalization;
using System.Text.Json;

namespace LocalRag.Evaluation;

/// <summary>Reads texts and judgements line by line; every fault is told with file and line.</summary>
internal static class DatasetFile
{
    public static List<KeyValuePair<string, string>> ReadTexts(string path)
    {
        var texts = new List<KeyValuePair<string, string>>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (number, line) in Lines(path))
        {
            using var json = Parse(path, number, line);
            var id = Required(json.RootElement, "_id", path, number);
            var text = Required(json.RootElement, "text", path, number);
            if (!seen.Add(id))
            {
                throw Bad(path, number, $"the id '{id}' was used before; ids must be unique");
            }

            var title = json.RootElement.TryGetProperty("title", out var given) && given.ValueKind == JsonValueKind.String ? given.GetString() : null;
            texts.Add(new(id, string.IsNullOrEmpty(title) ? text : $"{title} {text}"));
        }

        return texts;
    }

    public static Dictionary<string, IReadOnlySet<string>> ReadJudgements(string path)
    {
        var relevant = new Dictionary<string, IReadOnlySet<string>>(StringComparer.Ordinal);
        var isTable = path.EndsWith(".tsv", StringComparison.OrdinalIgnoreCase);
        foreach (var (number, line) in Lines(path))
        {
            if (isTable && number == 1 && line.StartsWith("query-id", StringComparison.Ordinal))
            {
                continue;
            }

            var (query, document, score) = isTable ? TableRow(path, number, line) : JsonRow(path, number, line);
            if (score <= 0)
            {
                continue;
            }

            if (!relevant.TryGetValue(query, out var documents))
            {
                relevant[query] = documents = new HashSet<string>(StringComparer.Ordinal);
            }

            ((HashSet<string>)documents).Add(document);
        }

        return relevant;
    }

    private static (string Query, string Document, double Score) JsonRow(string path, int number, string line)
    {
        using var json = Parse(path, number, line);
        var root = json.RootElement;
        var score = root.TryGetProperty("score", out var given)
            ? given.ValueKind == JsonValueKind.Number ? given.GetDouble() : throw Bad(path, number, "\"score\" must be a number")
            : 1;
        return (Required(root, "query_id", path, number), Required(root, "corpus_id", path, number), score);
    }

    private static (string Query, string Document, double Score) TableRow(string path, int number, string line) =>
        line.Split('\t') is [var query, var document, var score]
        && double.TryParse(score, NumberStyles.Float, CultureInfo.InvariantCulture, out var value)
            ? (query, document, value)
            : throw Bad(path, number, "expected three columns: query-id, corpus-id, score");

    private static IEnumerable<(int Number, string Line)> Lines(string path)
    {
        var number = 0;
        foreach (var line in File.ReadLines(path))
        {
            number++;
            if (!string.IsNullOrWhiteSpace(line))
            {
                yield return (number, line);
            }
        }
    }

    private static JsonDocument Parse(string path, int number, string line)
    {
        try
        {
            var json = JsonDocument.Parse(line);
            return json.RootElement.ValueKind == JsonValueKind.Object ? json : throw Bad(path, number, "expected a JSON object");
        }
        catch (JsonException error)
        {
            throw new InvalidDataException($"{path}, line {number}: not valid JSON ({error.Message}).", error);
        }
    }

    // Numbers serve as ids too: data sets in the wild write both.
    private static string Required(JsonElement json, string name, string path, int number) =>
        json.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.String or JsonValueKind.Number
            ? value.ToString()
            : throw Bad(path, number, $"\"{name}\" is missing or no text");

    private static InvalidDataException Bad(string path, int number, string reason) => new($"{path}, line {number}: {reason}.");
}
