using System.Text.Json;

namespace LocalRag.Cli.Lines;

/// <summary>One line of the input as a JSON object, with messages for what is missing.</summary>
internal readonly struct JsonLine(JsonElement json)
{
    public JsonElement Root => json;

    public static JsonLine Parse(ReadOnlyMemory<byte> line)
    {
        try
        {
            using var document = JsonDocument.Parse(line);
            return document.RootElement.ValueKind == JsonValueKind.Object
                ? new(document.RootElement.Clone())
                : throw new BadLineException($"expected a JSON object, found {Kind(document.RootElement)}");
        }
        catch (JsonException error)
        {
            throw new BadLineException($"not valid JSON: {error.Message}");
        }
    }

    public string Text(string name) => OptionalText(name) ?? throw new BadLineException($"\"{name}\" is missing; expected a text");

    public string? OptionalText(string name)
    {
        if (!json.TryGetProperty(name, out var value) || value.ValueKind == JsonValueKind.Null)
        {
            return null;
        }

        return value.ValueKind == JsonValueKind.String ? Decode(value, name) : throw new BadLineException($"\"{name}\" must be a text, but is {Kind(value)}");
    }

    public int? OptionalInteger(string name)
    {
        if (!json.TryGetProperty(name, out var value) || value.ValueKind == JsonValueKind.Null)
        {
            return null;
        }

        return value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number)
            ? number
            : throw new BadLineException($"\"{name}\" must be a whole number, but is {value.GetRawText()}");
    }

    public string[] Texts(string name)
    {
        var values = Array(name);
        var texts = new string[values.GetArrayLength()];
        for (var i = 0; i < texts.Length; i++)
        {
            texts[i] = values[i].ValueKind == JsonValueKind.String ? Decode(values[i], name) : throw new BadLineException($"\"{name}\"[{i}] must be a text, but is {Kind(values[i])}");
        }

        return texts;
    }

    public float[][] Vectors(string name)
    {
        var rows = Array(name);
        var vectors = new float[rows.GetArrayLength()][];
        var r = 0;
        foreach (var row in rows.EnumerateArray())
        {
            if (row.ValueKind != JsonValueKind.Array)
            {
                throw new BadLineException($"\"{name}\"[{r}] must be a list of numbers, but is {Kind(row)}");
            }

            var vector = vectors[r] = new float[row.GetArrayLength()];
            var i = 0;
            foreach (var value in row.EnumerateArray())
            {
                vector[i++] = value.ValueKind == JsonValueKind.Number && value.TryGetSingle(out var number)
                    ? number
                    : throw new BadLineException($"\"{name}\"[{r}][{i - 1}] must be a number, but is {Kind(value)}");
            }

            r++;
        }

        return vectors;
    }

    private JsonElement Array(string name) =>
        !json.TryGetProperty(name, out var value) ? throw new BadLineException($"\"{name}\" is missing; expected a list")
        : value.ValueKind == JsonValueKind.Array ? value
        : throw new BadLineException($"\"{name}\" must be a list, but is {Kind(value)}");

    private static string Decode(JsonElement value, string name)
    {
        try
        {
            return value.GetString()!;
        }
        catch (InvalidOperationException)
        {
            // An escape such as "\ud800" names half of a character.
            throw new BadLineException($"\"{name}\" holds half of a surrogate pair, which is no character");
        }
    }

    private static string Kind(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "a list",
        JsonValueKind.String => "a text",
        JsonValueKind.Number => "a number",
        JsonValueKind.True or JsonValueKind.False => "true or false",
        _ => "null",
    };
}
