namespace LocalRag.Connectors.SentenceTransformers.Hub.Selection;

/// <summary>Picks the ONNX file of a model from the names of its files.</summary>
internal static class OnnxFileChoice
{
    private const string Fastest = ModelDirectory.OnnxFileChoice.Fastest;

    /// <summary>The path of the file that <paramref name="requested"/> or the default order names.</summary>
    /// <param name="model">What the model is called in messages.</param>
    /// <param name="paths">All paths of the model, with forward slashes.</param>
    /// <param name="folder">Folder of the transformer module; empty for the root.</param>
    /// <param name="requested">A path, a file name or <c>fastest</c>; null for the default.</param>
    /// <param name="gpu">Whether <c>fastest</c> is for a graphics card.</param>
    /// <returns>Null when the model has no ONNX file at all.</returns>
    /// <exception cref="HubException">The requested file does not exist, or several exist and none is the default.</exception>
    public static string? Choose(string model, IReadOnlyCollection<string> paths, string folder, string? requested, bool gpu = false)
    {
        var all = paths.Where(path => path.EndsWith(".onnx", StringComparison.OrdinalIgnoreCase)).Order(StringComparer.Ordinal).ToList();
        if (all.Count == 0)
        {
            return null;
        }

        if (requested == Fastest)
        {
            var quick = ModelDirectory.OnnxFileChoice.FastestNames(gpu).SelectMany(name => new[] { $"onnx/{name}", name }).FirstOrDefault(all.Contains);
            return quick ?? Choose(model, paths, folder, null);
        }

        var file = requested?.Replace('\\', '/') ?? "model.onnx";
        string[] places = requested is null ? ["onnx/", ""] : ["", "onnx/"];
        var prefix = folder.Length == 0 ? "" : folder + "/";
        var candidates = places.Select(place => prefix + place + file).Concat(places.Select(place => place + file));
        if (candidates.FirstOrDefault(all.Contains) is { } found)
        {
            return found;
        }

        if (requested is not null)
        {
            throw new HubException(HubErrorKind.FileNotFound, $"'{model}' has no ONNX file '{requested}'. It has: {string.Join(", ", all)}.");
        }

        return all.Count == 1
            ? all[0]
            : throw new HubException(HubErrorKind.NoOnnxFile, $"'{model}' has neither onnx/model.onnx nor model.onnx but several other ONNX files. Choose one with OnnxFile: {string.Join(", ", all)}.");
    }
}
