namespace LocalRag.Connectors.SentenceTransformers.ModelDirectory;

/// <summary>The ONNX file of a directory, by the rules of <see cref="OnnxFileChoice"/>.</summary>
internal static class OnnxFile
{
    /// <summary>The path of the file.</summary>
    /// <param name="directory">The root of the model.</param>
    /// <param name="folder">The folder of the Transformer module inside it; empty for the root.</param>
    /// <param name="wanted">A path inside the directory, a file name, <c>fastest</c>, or null for the default.</param>
    /// <param name="gpu">Whether <c>fastest</c> is for a graphics card.</param>
    /// <exception cref="ArgumentException">The wanted path leads out of the directory.</exception>
    /// <exception cref="FileNotFoundException">There is no such file, none at all, or several and none is the default.</exception>
    public static string Choose(string directory, string folder, string? wanted, bool gpu = false)
    {
        var files = new DirectoryFiles(directory);
        if (wanted is not null && Path.IsPathRooted(wanted))
            wanted = Path.GetRelativePath(directory, wanted);
        if (wanted is not null && RelativeName.Normalize(wanted) is null)
            throw new ArgumentException($"OnnxFile is '{wanted}'; expected a file inside '{directory}'.", nameof(wanted));
        return OnnxFileChoice.Find(files, folder, wanted, gpu) is { } name ? Path.GetFullPath(files.PathOf(name)) : throw Missing(directory, wanted, OnnxFileChoice.All(files));
    }

    private static FileNotFoundException Missing(string directory, string? wanted, IReadOnlyList<string> found)
    {
        var names = string.Join(", ", found);
        if (wanted is not null and not OnnxFileChoice.Fastest)
            return new($"OnnxFile is '{wanted}', but '{directory}' has no such file, neither there nor under onnx/. Found: {(found.Count == 0 ? "no ONNX file" : names)}.", Path.Combine(directory, wanted));
        return new(found.Count == 0
            ? $"'{directory}' has no ONNX file. Expected onnx/model.onnx or model.onnx. Export the model with sentence-transformers: model.save_pretrained(path) after loading it with backend=\"onnx\"."
            : $"'{directory}' has neither onnx/model.onnx nor model.onnx but several others: {names}. Name one with OnnxFile.");
    }
}
