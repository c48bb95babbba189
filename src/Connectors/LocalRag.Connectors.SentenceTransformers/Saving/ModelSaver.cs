using System.Text.Json;
using System.Text.Json.Nodes;
using LocalRag.Connectors.SentenceTransformers.ModelDirectory;

namespace LocalRag.Connectors.SentenceTransformers.Saving;

/// <summary>Writes a loaded model as a directory that loads again, here and in Python, with what its options changed.</summary>
internal static class ModelSaver
{
    private static readonly string[] Extensions = [".json", ".txt", ".model", ".safetensors", ".md", ".jinja"];

    /// <summary>Copies configuration, tokenizer, weights and the graph in use (with its external data); other graphs are left behind.</summary>
    public static void CopyFiles(string source, string target, string? onnxPath)
    {
        Directory.CreateDirectory(target);
        target = Path.GetFullPath(target);
        if (string.Equals(source, target, StringComparison.Ordinal))
            throw new ArgumentException($"'{target}' is the directory that the model was loaded from; expected another one.", nameof(target));
        IEnumerable<string> graph = onnxPath is null ? [] : ExternalData.FilesOf(onnxPath);
        var options = new EnumerationOptions { RecurseSubdirectories = true, MaxRecursionDepth = 2, AttributesToSkip = FileAttributes.Hidden | FileAttributes.System };
        foreach (var path in Directory.EnumerateFiles(source, "*", options).Where(IsModelFile).Concat(graph).ToList())
        {
            if (path.StartsWith(target + Path.DirectorySeparatorChar, StringComparison.Ordinal))
                continue;
            var copy = Path.Combine(target, Path.GetRelativePath(source, path));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            // Opened and copied, not File.Copy: the hub's cache holds links, and a copy of a link would point nowhere.
            using var from = File.OpenRead(path);
            using var to = File.Create(copy);
            from.CopyTo(to);
        }
    }

    /// <summary>Changes keys of a JSON file, which is made where it does not exist; everything else in it stays.</summary>
    public static void Update(string path, Action<JsonObject> change)
    {
        var root = File.Exists(path) ? JsonNode.Parse(File.ReadAllBytes(path)) as JsonObject ?? [] : [];
        change(root);
        using var stream = File.Create(path);
        using var writer = new Utf8JsonWriter(stream, new() { Indented = true });
        root.WriteTo(writer);
    }

    public static JsonObject ToJson(IReadOnlyDictionary<string, string> prompts)
    {
        var json = new JsonObject();
        foreach (var (name, text) in prompts)
            json[name] = text;
        return json;
    }

    private static bool IsModelFile(string path) => Extensions.Contains(Path.GetExtension(path));
}
