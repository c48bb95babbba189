namespace LocalRag.Connectors.SentenceTransformers.Hub.Selection;

/// <summary>Finds the weights that an ONNX graph keeps beside itself, from names alone: the graph that would tell is not here yet.</summary>
internal static class OnnxExternalData
{
    // Exporters that write a file per tensor name it after the tensor: Constant_7_attr__value, onnx__MatMul_1202, encoder.layer.0.weight.
    private static readonly string[] TensorExtensions = ["", ".weight", ".bias", ".data"];
    private static readonly string[] Documents = ["LICENSE", "NOTICE", "COPYING", "README"];

    /// <summary>Whether the file is, or may well be, external data of the graph.</summary>
    public static bool MayBelongTo(string onnx, string path, IReadOnlyCollection<string> paths)
    {
        // The usual names: model.onnx_data, model.onnx_data_1, model.onnx.data.
        if (IsNamedAfter(onnx, path))
        {
            return true;
        }

        // Only a folder of its own makes a nameless file a tensor; the root of a repository holds all kinds.
        var slash = onnx.LastIndexOf('/');
        if (slash < 0 || path.LastIndexOf('/') != slash || !path.StartsWith(onnx[..(slash + 1)], StringComparison.Ordinal))
        {
            return false;
        }

        var name = path[(slash + 1)..];
        return name[0] != '.'
            && TensorExtensions.Contains(Path.GetExtension(name))
            && !Documents.Contains(name)
            && !paths.Any(other => other.EndsWith(".onnx", StringComparison.Ordinal) && IsNamedAfter(other, path));
    }

    private static bool IsNamedAfter(string onnx, string path)
        => path.Length > onnx.Length && path.StartsWith(onnx, StringComparison.Ordinal) && path[onnx.Length] is '_' or '.' && path.AsSpan(onnx.Length + 1).StartsWith("data");
}
