using System.Text.Json;

namespace LocalRag.Connectors.SentenceTransformers.Tokenization;

/// <summary>A value of a JSON file that knows where it stands, so that every refusal names file, key, value found and values supported.</summary>
internal readonly struct JsonValue
{
    private const long MaxFileBytes = 512L << 20;
    private const int MaxShownLength = 80;

    private readonly string _file;
    private readonly JsonPath? _path;
    private readonly JsonElement _element;

    private JsonValue(string file, JsonPath? path, JsonElement element)
    {
        _file = file;
        _path = path;
        _element = element;
    }

    public bool IsString => _element.ValueKind == JsonValueKind.String;

    public bool IsObject => _element.ValueKind == JsonValueKind.Object;

    public bool IsArray => _element.ValueKind == JsonValueKind.Array;

    public bool IsBoolean => _element.ValueKind is JsonValueKind.True or JsonValueKind.False;

    public int Count => _element.ValueKind == JsonValueKind.Array ? _element.GetArrayLength() : _element.GetPropertyCount();

    /// <summary>Parses a file, hands its root to <paramref name="read"/> and returns the result.</summary>
    /// <exception cref="InvalidDataException">The file is not JSON, is no object or is too large.</exception>
    public static T ReadFile<T>(string file, Func<JsonValue, T> read)
    {
        var size = new FileInfo(file).Length;
        if (size > MaxFileBytes)
            throw new InvalidDataException($"'{file}' has {size} bytes; a tokenizer file may have {MaxFileBytes}.");
        try
        {
            using var document = JsonDocument.Parse(File.ReadAllBytes(file), new() { MaxDepth = 64 });
            var root = new JsonValue(file, null, document.RootElement);
            return root.IsObject ? read(root) : throw root.Unsupported("an object");
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"'{file}' is not valid JSON: {e.Message} The file may be cut short; fetch it again.", e);
        }
    }

    /// <summary>The value of a key that must be there.</summary>
    public JsonValue this[string key] => TryGet(key, out var value)
        ? value
        : throw new InvalidDataException($"'{_file}': the key '{Join(key)}' is missing or null.");

    /// <summary>An item of an array.</summary>
    public JsonValue this[int index] => new(_file, new(_path, null, index), _element[index]);

    /// <summary>The value of a key; false if it is absent or null.</summary>
    public bool TryGet(string key, out JsonValue value)
    {
        value = default;
        if (_element.ValueKind != JsonValueKind.Object)
            throw Unsupported("an object");
        if (!_element.TryGetProperty(key, out var element) || element.ValueKind == JsonValueKind.Null)
            return false;
        value = new(_file, Join(key), element);
        return true;
    }

    public string Text()
    {
        if (!IsString)
            throw Unsupported("a string");
        try
        {
            return _element.GetString()!;
        }
        catch (InvalidOperationException)
        {
            throw new InvalidDataException($"'{_file}': '{_path}' is a string that is no valid Unicode text (half of a surrogate pair).");
        }
    }

    public int Integer() => _element.ValueKind == JsonValueKind.Number && _element.TryGetInt32(out var value) ? value : throw Unsupported("a whole number");

    /// <summary>A token id.</summary>
    public int Id() => Integer() is >= 0 and var id ? id : throw Unsupported("a number that is not negative");

    public double Number() => _element.ValueKind == JsonValueKind.Number && _element.TryGetDouble(out var value) && double.IsFinite(value) ? value : throw Unsupported("a number");

    public bool Flag() => IsBoolean ? _element.GetBoolean() : throw Unsupported("true or false");

    /// <summary>A text of exactly one UTF-16 char.</summary>
    public char Char() => Text() is [var c] ? c : throw Unsupported("a string of one character");

    public string Text(string key, string absent) => TryGet(key, out var value) ? value.Text() : absent;

    public bool Flag(string key, bool absent) => TryGet(key, out var value) ? value.Flag() : absent;

    public IEnumerable<JsonValue> Items()
    {
        if (!IsArray)
            throw Unsupported("an array");
        var (file, path) = (_file, _path);
        return _element.EnumerateArray().Select((item, index) => new JsonValue(file, new(path, null, index), item));
    }

    public IEnumerable<(string Key, JsonValue Value)> Members()
    {
        if (!IsObject)
            throw Unsupported("an object");
        return Enumerate(this);

        static IEnumerable<(string Key, JsonValue Value)> Enumerate(JsonValue parent)
        {
            foreach (var property in parent._element.EnumerateObject())
            {
                string name;
                try
                {
                    name = property.Name;
                }
                catch (InvalidOperationException)
                {
                    throw new InvalidDataException($"'{parent._file}': '{parent._path}' has a key that is no valid Unicode text (half of a surrogate pair).");
                }

                yield return (name, new JsonValue(parent._file, parent.Join(name), property.Value));
            }
        }
    }

    /// <summary>The refusal of this value.</summary>
    /// <param name="supported">What would have been accepted.</param>
    public InvalidDataException Unsupported(string supported)
    {
        var found = _element.ValueKind == JsonValueKind.Undefined ? "absent" : _element.GetRawText();
        if (found.Length > MaxShownLength)
            found = found[..MaxShownLength] + "…";
        return new($"'{_file}': {(_path is null ? "the file" : $"'{_path}'")} is {found}; supported: {supported}.");
    }

    private JsonPath Join(string key) => new(_path, key, 0);
}
