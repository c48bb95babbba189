using System.Text.Json;

namespace LocalRag.Training.Cli.Lines;

/// <summary>Reads training examples from JSON Lines: <c>{"texts": [...], "label": number or list}</c>.</summary>
internal static class ExampleFile
{
    /// <exception cref="InvalidDataException">A line is not as expected; the message names file and line.</exception>
    public static IEnumerable<InputExample> Read(string path)
    {
        int number = 0;
        foreach (string line in File.ReadLines(path))
        {
            number++;
            if (!string.IsNullOrWhiteSpace(line))
            {
                yield return Parse(line, path, number);
            }
        }
    }

    private static InputExample Parse(string line, string path, int number)
    {
        try
        {
            using var json = JsonDocument.Parse(line);
            if (json.RootElement.ValueKind != JsonValueKind.Object)
            {
                throw new FormatException("a JSON object was expected");
            }

            if (!json.RootElement.TryGetProperty("texts", out var texts) || texts.ValueKind != JsonValueKind.Array)
            {
                throw new FormatException("\"texts\" must be a list of strings");
            }

            return new(
                [.. texts.EnumerateArray().Select(t => t.ValueKind == JsonValueKind.String ? t.GetString()! : throw new FormatException($"\"texts\" must hold strings, found {t.GetRawText()}"))],
                [.. Labels(json.RootElement)]);
        }
        catch (Exception e) when (e is JsonException or FormatException or ArgumentException)
        {
            throw new InvalidDataException($"'{path}', line {number}: {e.Message}. Expected {{\"texts\": [\"…\", \"…\"], \"label\": 1}}.", e);
        }
    }

    private static IEnumerable<float> Labels(JsonElement example)
    {
        if (!example.TryGetProperty("label", out var label) && !example.TryGetProperty("labels", out label))
        {
            return [];
        }

        return label.ValueKind == JsonValueKind.Array ? label.EnumerateArray().Select(Number) : [Number(label)];

        static float Number(JsonElement value) =>
            value.ValueKind == JsonValueKind.Number ? value.GetSingle() : throw new FormatException($"\"label\" must be a number or a list of numbers, found {value.GetRawText()}");
    }
}
