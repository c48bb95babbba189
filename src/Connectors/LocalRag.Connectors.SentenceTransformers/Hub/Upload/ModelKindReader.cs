using System.Text.Json;

namespace LocalRag.Connectors.SentenceTransformers.Hub.Upload;

/// <summary>Tells a cross-encoder's directory from a bi-encoder's.</summary>
internal static class ModelKindReader
{
    public static ModelKind Read(string directory)
    {
        if (Text(Path.Combine(directory, "config_sentence_transformers.json"), root => root.TryGetProperty("model_type", out var type) ? type : null) is { } type)
        {
            return type == "CrossEncoder" ? ModelKind.CrossEncoder : ModelKind.BiEncoder;
        }

        var architecture = Text(
            Path.Combine(directory, "config.json"),
            root => root.TryGetProperty("architectures", out var list) && list.ValueKind == JsonValueKind.Array && list.GetArrayLength() > 0 ? list[0] : null);
        return architecture?.EndsWith("ForSequenceClassification", StringComparison.Ordinal) == true && !File.Exists(Path.Combine(directory, "modules.json"))
            ? ModelKind.CrossEncoder
            : ModelKind.BiEncoder;
    }

    private static string? Text(string path, Func<JsonElement, JsonElement?> find)
    {
        if (!File.Exists(path))
        {
            return null;
        }

        try
        {
            using var document = JsonDocument.Parse(File.ReadAllBytes(path));
            return document.RootElement.ValueKind == JsonValueKind.Object && find(document.RootElement) is { ValueKind: JsonValueKind.String } value ? value.GetString() : null;
        }
        catch (JsonException exception)
        {
            throw new InvalidDataException($"'{path}' is not valid JSON ({exception.Message}). Correct it before the model is pushed.", exception);
        }
    }
}
