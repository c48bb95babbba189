using System.Text.Json;

namespace LocalRag.Connectors.SentenceTransformers.ModelDirectory;

/// <summary>A JSON object of a model directory. Its values are read with their type, and every error names file, key, value and what was expected.</summary>
internal sealed class ConfigFile
{
    // The largest configuration of a real model (id2label with thousands of entries) stays far below; a file beyond it is no configuration.
    private const long LargestFile = 64L << 20;

    private readonly JsonElement _values;
    private readonly string _prefix;

    private ConfigFile(string path, JsonElement values, string prefix)
    {
        FilePath = path;
        _values = values;
        _prefix = prefix;
    }

    public string FilePath { get; }

    public static ConfigFile Load(string path) => new(path, Object(path, Parse(path), "the file"), "");

    public static ConfigFile? LoadIfExists(string path) => File.Exists(path) ? Load(path) : null;

    public static IReadOnlyList<ConfigFile> LoadList(string path)
    {
        var root = Parse(path);
        if (root.ValueKind != JsonValueKind.Array)
            throw new InvalidDataException($"'{path}': expected a JSON list, found {Name(root)}.");
        return [.. root.EnumerateArray().Select((item, i) => new ConfigFile(path, Object(path, item, $"[{i}]"), $"[{i}]."))];
    }

    public bool Has(string key) => Find(key) is not null;

    public string? Text(string key) => Find(key) switch
    {
        null => null,
        { ValueKind: JsonValueKind.String } value => value.GetString(),
        { } value => throw Wrong(key, value, "a text"),
    };

    public int? WholeNumber(string key) => Find(key) switch
    {
        null => null,
        { ValueKind: JsonValueKind.Number } value when value.TryGetInt32(out var number) => number,
        { } value => throw Wrong(key, value, "a whole number"),
    };

    public int? Positive(string key) => WholeNumber(key) is not { } number ? null
        : number > 0 ? number
        : throw Refuse(key, number.ToString(System.Globalization.CultureInfo.InvariantCulture), "a whole number above 0");

    public double? Number(string key) => Find(key) switch
    {
        null => null,
        { ValueKind: JsonValueKind.Number } value when value.TryGetDouble(out var number) => number,
        { } value => throw Wrong(key, value, "a number"),
    };

    public bool? Flag(string key) => Find(key) switch
    {
        null => null,
        { ValueKind: JsonValueKind.True } => true,
        { ValueKind: JsonValueKind.False } => false,
        { } value => throw Wrong(key, value, "true or false"),
    };

    public ConfigFile? Section(string key) => Find(key) is not { } value ? null
        : value.ValueKind == JsonValueKind.Object ? new(FilePath, value, $"{_prefix}{key}.")
        : throw Wrong(key, value, "an object");

    /// <summary>A text, or a list of texts.</summary>
    public IReadOnlyList<string>? Texts(string key) => Find(key) switch
    {
        null => null,
        { ValueKind: JsonValueKind.String } value => [value.GetString()!],
        { ValueKind: JsonValueKind.Array } value => [.. value.EnumerateArray().Select(item =>
            item.ValueKind == JsonValueKind.String ? item.GetString()! : throw Wrong(key, item, "a list of texts"))],
        { } value => throw Wrong(key, value, "a text or a list of texts"),
    };

    /// <summary>An object whose values are texts; null values are left out, as Python's are never used.</summary>
    public IReadOnlyDictionary<string, string>? TextMap(string key)
    {
        if (Section(key) is not { } section)
            return null;
        var map = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var property in section._values.EnumerateObject())
        {
            if (section.Text(property.Name) is { } text)
                map[property.Name] = text;
        }

        return map;
    }

    /// <summary>Says that a value cannot be honoured.</summary>
    public InvalidDataException Refuse(string key, string found, string expected) =>
        new($"'{FilePath}': key '{_prefix}{key}' is {found}; expected {expected}.");

    public InvalidDataException Missing(string key, string expected) =>
        new($"'{FilePath}': key '{_prefix}{key}' is missing; expected {expected}.");

    private static JsonElement Parse(string path)
    {
        var info = new FileInfo(path);
        if (!info.Exists)
            throw new FileNotFoundException($"The model file '{path}' does not exist.", path);
        if (info.Length > LargestFile)
            throw new InvalidDataException($"'{path}' holds {info.Length} bytes; expected a configuration of at most {LargestFile}.");
        try
        {
            using var document = JsonDocument.Parse(File.ReadAllBytes(path));
            return document.RootElement.Clone();
        }
        catch (JsonException exception)
        {
            throw new InvalidDataException($"'{path}' is not valid JSON: {exception.Message} Fetch the file again.", exception);
        }
    }

    private static JsonElement Object(string path, JsonElement value, string what) =>
        value.ValueKind == JsonValueKind.Object ? value : throw new InvalidDataException($"'{path}': expected {what} to be a JSON object, found {Name(value)}.");

    // JSON's null means the same as a key that is not there: Python writes None for "not set".
    private JsonElement? Find(string key) =>
        _values.TryGetProperty(key, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;

    private InvalidDataException Wrong(string key, JsonElement value, string expected) => Refuse(key, Name(value), expected);

    private static string Name(JsonElement value)
    {
        var text = value.GetRawText();
        return text.Length <= 60 ? text : $"{text.AsSpan(0, 60)}…";
    }
}
