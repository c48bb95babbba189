namespace LocalRag.Connectors.SentenceTransformers.ModelDirectory;

/// <summary>Finds the files that hold the weights of an ONNX graph beside the graph itself.</summary>
internal static class ExternalData
{
    /// <summary>The graph, followed by its external data files, sorted by name.</summary>
    public static IReadOnlyList<string> FilesOf(string onnxPath)
    {
        var files = new SortedSet<string>(StringComparer.Ordinal);
        var folder = Path.GetDirectoryName(onnxPath)!;
        // All exporters name them after the graph (model.onnx_data, model.onnx.data) or end them in .data; other graphs' files are told apart by the name.
        foreach (var path in Directory.EnumerateFiles(folder, Path.GetFileName(onnxPath) + "*"))
        {
            if (path != onnxPath)
                files.Add(path);
        }

        return [onnxPath, .. files];
    }
}
