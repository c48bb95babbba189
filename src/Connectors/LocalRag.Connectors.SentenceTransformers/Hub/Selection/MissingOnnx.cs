using LocalRag.Connectors.SentenceTransformers.ModelDirectory;

namespace LocalRag.Connectors.SentenceTransformers.Hub.Selection;

/// <summary>What to do about a repository that has no ONNX file, or none that was asked for.</summary>
internal static class MissingOnnx
{
    public static HubException Refusal(string model, IReadOnlyCollection<string> paths, ModelKind kind, string? requested)
    {
        var found = OnnxFileChoice.All(new ListedFiles(paths));
        if (found.Count == 0)
        {
            return Export(model, paths, kind);
        }

        var names = string.Join(", ", found);
        return requested is null or OnnxFileChoice.Fastest
            ? new(HubErrorKind.NoOnnxFile, $"'{model}' has neither onnx/model.onnx nor model.onnx but several other ONNX files. Choose one with OnnxFile: {names}.")
            : new(HubErrorKind.FileNotFound, $"'{model}' has no ONNX file '{requested}'. It has: {names}.");
    }

    private static HubException Export(string model, IReadOnlyCollection<string> paths, ModelKind kind)
    {
        var id = model.Split('@')[0];
        var name = id[(id.LastIndexOf('/') + 1)..];
        var type = kind == ModelKind.CrossEncoder ? "CrossEncoder" : "SentenceTransformer";
        var weights = paths.Where(path => path.EndsWith(".safetensors", StringComparison.Ordinal) || path.EndsWith(".bin", StringComparison.Ordinal)).Order(StringComparer.Ordinal).Take(3).ToList();
        return new HubException(
            HubErrorKind.NoOnnxFile,
            $"""
            '{model}' has no ONNX file{(weights.Count == 0 ? "" : $" (it has {string.Join(", ", weights)})")}, and models run here from ONNX. Either export it once with Python:
              pip install "sentence-transformers[onnx]"
              python -c "from sentence_transformers import {type}; {type}('{id}', backend='onnx').save_pretrained('{name}-onnx')"
            and load the folder './{name}-onnx', or take a copy that is exported already, if one exists: 'Xenova/{name}', 'onnx-community/{name}-ONNX' or 'Qdrant/{name}-onnx'.
            """);
    }
}
