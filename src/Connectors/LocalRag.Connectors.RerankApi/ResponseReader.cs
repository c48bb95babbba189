using System.Text;
using System.Text.Json;

namespace LocalRag.Connectors.RerankApi;

/// <summary>Reads what servers answer: rankings, and errors of every shape.</summary>
internal static class ResponseReader
{
    // Marks a document that llama.cpp could not score.
    private const float NoScore = -1e6f;
    private const int MaxErrorLength = 500;

    private static readonly string[] ErrorNames = ["error", "message", "detail", "msg"];

    /// <summary>The scores of a batch in the order of its documents.</summary>
    /// <exception cref="FormatException">The answer is not a ranking of exactly these documents; the message says why.</exception>
    public static float[] Scores(JsonElement root, int documentCount)
    {
        var results = root.ValueKind == JsonValueKind.Object && root.TryGetProperty("results", out var list) ? list : root;
        if (results.ValueKind != JsonValueKind.Array)
        {
            throw new FormatException("it holds no list of results");
        }

        var scores = new float[documentCount];
        var seen = new bool[documentCount];
        foreach (var result in results.EnumerateArray())
        {
            if (result.ValueKind != JsonValueKind.Object || !result.TryGetProperty("index", out var number) || number.ValueKind != JsonValueKind.Number || !number.TryGetInt32(out int index))
            {
                throw new FormatException("a result has no index");
            }

            if ((uint)index >= (uint)documentCount)
            {
                throw new FormatException($"it ranks document {index} of {documentCount}");
            }

            if (seen[index])
            {
                throw new FormatException($"it ranks document {index} twice");
            }

            seen[index] = true;
            scores[index] = Score(result, index);
        }

        int missing = Array.IndexOf(seen, false);
        return missing < 0 ? scores : throw new FormatException($"it leaves out document {missing} of {documentCount}");
    }

    /// <summary>What an error answer says, on one line and not too long.</summary>
    public static string Error(string body)
    {
        string text = body;
        try
        {
            using var json = JsonDocument.Parse(body);
            text = Text(json.RootElement) ?? body;
        }
        catch (JsonException)
        {
            // Plain text, then.
        }

        var line = new StringBuilder();
        foreach (char c in text.Trim())
        {
            line.Append(char.IsControl(c) ? ' ' : c);
            if (line.Length == MaxErrorLength)
            {
                return line.Append('…').ToString();
            }
        }

        return line.Length == 0 ? "(no message)" : line.ToString();
    }

    private static float Score(JsonElement result, int index)
    {
        bool has = result.TryGetProperty("relevance_score", out var value) || result.TryGetProperty("score", out value);

        // A NaN of the model arrives as null.
        return has && value.ValueKind == JsonValueKind.Number && value.TryGetSingle(out float score) && float.IsFinite(score) && score != NoScore
            ? score
            : throw new FormatException($"document {index} has no score");
    }

    // {"error": "…"}, {"error": {"message": "…"}}, {"message": "…"}, {"detail": "…"}, {"detail": [{"msg": "…", "loc": […]}]}
    private static string? Text(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.String => element.GetString(),
        JsonValueKind.Array => string.Join("; ", element.EnumerateArray().Select(Text).OfType<string>()),
        JsonValueKind.Object => ErrorNames
            .Select(name => element.TryGetProperty(name, out var inner) ? Text(inner) : null)
            .FirstOrDefault(text => !string.IsNullOrWhiteSpace(text)),
        _ => null,
    };
}
