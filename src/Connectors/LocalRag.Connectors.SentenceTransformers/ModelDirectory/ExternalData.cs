using System.Text;

namespace LocalRag.Connectors.SentenceTransformers.ModelDirectory;

/// <summary>Finds the files that hold the weights of an ONNX graph beside the graph itself.</summary>
internal static class ExternalData
{
    // A tensor names its file in a key-value message: field 1 "location", field 2 the path relative to the graph (onnx.proto, StringStringEntryProto).
    private static readonly byte[] LocationEntry = [0x0A, 8, .. "location"u8, 0x12];

    /// <summary>The graph, followed by its external data files, sorted by name.</summary>
    public static IReadOnlyList<string> FilesOf(string onnxPath)
    {
        var folder = Path.GetDirectoryName(onnxPath)!;
        // Nothing beside the graph can be its data: the usual case, and no reason to read the whole file.
        if (!Directory.EnumerateFiles(folder).Any(path => path != onnxPath && Path.GetExtension(path) is not ".onnx"))
            return [onnxPath];

        var files = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var name in LocationsIn(onnxPath))
        {
            var path = Path.GetFullPath(Path.Combine(folder, name));
            if (path.StartsWith(folder + Path.DirectorySeparatorChar, StringComparison.Ordinal) && File.Exists(path))
                files.Add(path);
        }

        return [onnxPath, .. files];
    }

    private static HashSet<string> LocationsIn(string onnxPath)
    {
        const int Overlap = 1024;
        var names = new HashSet<string>(StringComparer.Ordinal);
        using var stream = File.OpenRead(onnxPath);
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
