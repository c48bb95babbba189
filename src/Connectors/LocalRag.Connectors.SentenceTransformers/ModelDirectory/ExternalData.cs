using System.Text;

namespace LocalRag.Connectors.SentenceTransformers.ModelDirectory;

/// <summary>
/// Finds the files that hold the weights of an ONNX graph beside the graph itself: those that it names where it can be read, and before a download those
/// whose names say so.
/// </summary>
internal static class ExternalData
{
    // A tensor names its file in a key-value message: field 1 "location", field 2 the path relative to the graph (onnx.proto, StringStringEntryProto).
    private static readonly byte[] LocationEntry = [0x0A, 8, .. "location"u8, 0x12];

    // Exporters that write a file per tensor name it after the tensor: Constant_7_attr__value, onnx__MatMul_1202, encoder.layer.0.weight.
    private static readonly string[] TensorExtensions = ["", ".weight", ".bias", ".data"];
    private static readonly string[] Documents = ["LICENSE", "NOTICE", "COPYING", "README"];

    /// <summary>The graph of a directory, followed by its external data files, sorted by name.</summary>
    public static IReadOnlyList<string> FilesOf(string onnxPath)
    {
        var files = new DirectoryFiles(Path.GetDirectoryName(onnxPath)!);
        return [onnxPath, .. Of(files, Path.GetFileName(onnxPath)).Select(files.PathOf)];
    }

    /// <summary>The names of the files that are, or where the graph cannot be read may well be, external data of the graph; sorted.</summary>
    public static IReadOnlyList<string> Of(IModelFiles files, string onnx)
    {
        var folder = RelativeName.FolderOf(onnx);
        // Nothing beside the graph can be its data: the usual case, and no reason to read the whole file.
        var others = files.In(folder).Where(name => name != onnx && Path.GetExtension(name) is not ".onnx").ToList();
        if (others.Count == 0)
            return [];
        using var stream = files.Open(onnx);
        var data = stream is null
            ? others.Where(Looks(files, onnx, folder))
            : LocationsIn(stream).Select(RelativeName.Normalize).OfType<string>().Select(name => RelativeName.Join(folder, name)).Where(name => name != onnx && files.Contains(name));
        return [.. data.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
    }

    private static Func<string, bool> Looks(IModelFiles files, string onnx, string folder)
    {
        var graphs = OnnxFileChoice.All(files);
        // The usual names (model.onnx_data, model.onnx_data_1, model.onnx.data); beyond these, only a folder of its own makes a nameless file a tensor:
        // the root of a repository holds all kinds.
        return name => IsNamedAfter(onnx, name)
            || (folder.Length > 0 && RelativeName.FolderOf(name) == folder && IsNamedLikeTensor(Path.GetFileName(name)) && !graphs.Any(graph => IsNamedAfter(graph, name)));
    }

    private static bool IsNamedAfter(string onnx, string name)
        => name.Length > onnx.Length && name.StartsWith(onnx, StringComparison.Ordinal) && name[onnx.Length] is '_' or '.' && name.AsSpan(onnx.Length + 1).StartsWith("data");

    private static bool IsNamedLikeTensor(string fileName)
        => fileName[0] != '.' && TensorExtensions.Contains(Path.GetExtension(fileName)) && !Documents.Contains(fileName);

    private static HashSet<string> LocationsIn(Stream stream)
    {
        const int Overlap = 1024;
        var names = new HashSet<string>(StringComparer.Ordinal);
        var buffer = new byte[1 << 20];
        var kept = 0;
        while (stream.ReadAtLeast(buffer.AsSpan(kept), buffer.Length - kept, throwOnEndOfStream: false) is > 0 and var read)
        {
            var window = buffer.AsSpan(0, kept + read);
            for (var start = 0; window[start..].IndexOf(LocationEntry) is >= 0 and var offset;)
            {
                start += offset + LocationEntry.Length;
                // Names are below 128 bytes in practice, so that their length is one byte; a longer one is not a file name.
                if (start < window.Length && window[start] < 0x80 && start + 1 + window[start] <= window.Length)
                    names.Add(Encoding.UTF8.GetString(window.Slice(start + 1, window[start])));
            }

            kept = Math.Min(Overlap, window.Length);
            window[^kept..].CopyTo(buffer);
        }

        return names;
    }
}
