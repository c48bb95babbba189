using System.Text.Json;

namespace LocalRag.Training.Data;

/// <summary>Whether transformers feeds token types to the model: tokenizer_config.json's <c>model_input_names</c> decide.</summary>
internal static class TokenTypeInput
{
    public static bool IsFed(string directory)
    {
        string path = Path.Combine(directory, "tokenizer_config.json");
        if (!File.Exists(path))
        {
            return true;
        }

        try
        {
            using var json = JsonDocument.Parse(File.ReadAllBytes(path));
            if (json.RootElement.TryGetProperty("model_input_names", out var names) && names.ValueKind == JsonValueKind.Array)
            {
                return names.EnumerateArray().Any(n => n.ValueEquals("token_type_ids"));
            }

            // The generic class of transformers 5 knows no token types of its own; the older, named classes do.
            return !(json.RootElement.TryGetProperty("tokenizer_class", out var name) && name.ValueEquals("TokenizersBackend"));
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new InvalidDataException($"'{path}' could not be read: {e.Message}", e);
        }
    }
}
