using LocalRag.Connectors.SentenceTransformers.ModelDirectory;

namespace LocalRag.Cli.Models;

/// <summary>Which class of the Python library a directory was saved from, judged by its files.</summary>
internal static class DirectoryKind
{
    public const string BiEncoder = "bi-encoder";
    public const string CrossEncoder = "cross-encoder";
    public const string Tokenizer = "tokenizer";

    public static string Of(string directory)
    {
        if (ConfigFile.LoadIfExists(Path.Combine(directory, "config_sentence_transformers.json"))?.Text("model_type") is { } type)
            return type == "CrossEncoder" ? CrossEncoder : BiEncoder;
        if (File.Exists(Path.Combine(directory, "modules.json")))
            return BiEncoder;
        if (ConfigFile.LoadIfExists(Path.Combine(directory, "config.json")) is not { } config)
            return Tokenizer;

        // Before a cross-encoder had a file of its own, only its head and the activation of the library showed what it was.
        var scores = config.Section("sentence_transformers")?.Text("activation_fn") is not null
            || config.Text("sbert_ce_default_activation_function") is not null
            || config.Texts("architectures")?.Any(name => name.EndsWith("ForSequenceClassification", StringComparison.Ordinal)) == true;
        return scores ? CrossEncoder : BiEncoder;
    }
}
