using System.Text.Json;
using System.Text.Unicode;

namespace LocalRag.Cli.Lines;

/// <summary>One line of the input as a JSON object, with messages for what is missing or of another type.</summary>
internal readonly struct JsonLine
{
    private readonly JsonElement _json;

    private JsonLine(JsonElement json) => _json = json;

    /// <summary>Parses a line; false where it is blank.</summary>
    /// <param name="line">The bytes without the line break.</param>
    /// <param name="isFirst">The first line may begin with a byte order mark.</param>
    /// <param name="parse">Takes what is needed out of the line, which is gone afterwards.</param>
    /// <param name="input">What <paramref name="parse"/> returned.</param>
    /// <exception cref="BadLineException">The line is no JSON object, or not the one that was expected.</exception>
    public static bool TryParse<TInput>(ReadOnlyMemory<byte> line, bool isFirst, Func<JsonLine, TInput> parse, out TInput? input)
    {
        if (isFirst && line.Span.StartsWith("\uFEFF"u8))
            line = line[3..];
        input = default;
        if (line.Span.IndexOfAnyExcept(" \t\r"u8) < 0)
            return false;
        if (!Utf8.IsValid(line.Span))
            throw new BadLineException("not UTF-8");
        try
        {
            using var document = JsonDocument.Parse(line);
            if (document.RootElement.ValueKind != JsonValueKind.Object)
                throw new BadLineException($"expected a JSON object, found {Kind(document.RootElement)}");
            input = parse(new(document.RootElement));
            return true;
        }
        catch (JsonException exception)
        {
            throw new BadLineException($"not valid JSON: {WithoutPosition(exception.Message)} (byte {(exception.BytePositionInLine ?? 0) + 1})");
        }
    }

    public bool Has(string name) => _json.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null;

    public string Text(string name) => OptionalText(name) ?? throw new BadLineException($"\"{name}\" is missing; expected a text");

    public string? OptionalText(string name) =>
        !_json.TryGetProperty(name, out var value) || value.ValueKind == JsonValueKind.Null ? null
        : value.ValueKind == JsonValueKind.String ? Decode(value, name)
        : throw new BadLineException($"\"{name}\" is {Kind(value)}; expected a text");

    public int? OptionalInteger(string name) =>
        !_json.TryGetProperty(name, out var value) || value.ValueKind == JsonValueKind.Null ? null
        : value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number) ? number
        : throw new BadLineException($"\"{name}\" is {(value.ValueKind == JsonValueKind.Number ? value.GetRawText() : Kind(value))}; expected a whole number");

    public string[] Texts(string name)
    {
        var values = List(name, "texts");
        var texts = new string[values.GetArrayLength()];
        var i = 0;
        foreach (var value in values.EnumerateArray())
        {
            texts[i] = value.ValueKind == JsonValueKind.String ? Decode(value, $"{name}[{i}]") : throw new BadLineException($"\"{name}[{i}]\" is {Kind(value)}; expected a text");
            i++;
        }

        return texts;
    }

    public float[] Vector(string name) => Numbers(List(name, "numbers"), name);

    public float[][] Vectors(string name)
    {
        var rows = List(name, "lists of numbers");
        var vectors = new float[rows.GetArrayLength()][];
        var i = 0;
        foreach (var row in rows.EnumerateArray())
        {
            vectors[i] = row.ValueKind == JsonValueKind.Array ? Numbers(row, $"{name}[{i}]") : throw new BadLineException($"\"{name}[{i}]\" is {Kind(row)}; expected a list of numbers");
            i++;
        }

        return vectors;
    }

    private static float[] Numbers(JsonElement list, string name)
    {
        var numbers = new float[list.GetArrayLength()];
        var i = 0;
        foreach (var value in list.EnumerateArray())
        {
            // A number beyond the range of a float reads as infinity.
            numbers[i] = value.ValueKind == JsonValueKind.Number && value.TryGetSingle(out var number) && float.IsFinite(number)
                ? number
                : throw new BadLineException($"\"{name}[{i}]\" is {(value.ValueKind == JsonValueKind.Number ? value.GetRawText() : Kind(value))}; expected a number in the range of a 32-bit float");
            i++;
        }

        return numbers;
    }

    private JsonElement List(string name, string what) =>
        !_json.TryGetProperty(name, out var value) ? throw new BadLineException($"\"{name}\" is missing; expected a list of {what}")
        : value.ValueKind == JsonValueKind.Array ? value
        : throw new BadLineException($"\"{name}\" is {Kind(value)}; expected a list of {what}");

    private static string Decode(JsonElement value, string name)
    {
        try
        {
            return value.GetString()!;
        }
        catch (InvalidOperationException)
        {
            throw new BadLineException($"\"{name}\" holds an escape that is half of a surrogate pair, which is no character");
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

    // The line number in it is that inside the line, which is always 0.
    private static string WithoutPosition(string message) => message.IndexOf(" LineNumber:", StringComparison.Ordinal) is >= 0 and var end ? message[..end] : message;
}
