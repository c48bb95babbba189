using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;

namespace LocalRag.Connectors.SentenceTransformers.ModelDirectory;

/// <summary>Decides which ONNX file of a directory is used. Without a wish the answer does not depend on the machine.</summary>
internal static class OnnxFileChoice
{
    public const string Fastest = "fastest";

    private static readonly string[] Defaults = ["onnx/model.onnx", "model.onnx"];

    public static string Choose(string directory, string? wanted, bool gpu = false)
    {
        if (wanted is not null and not Fastest)
            return Named(directory, wanted);
        if (wanted is Fastest && FastestNames(gpu).Select(name => Find(directory, name)).FirstOrDefault(path => path is not null) is { } fastest)
            return fastest;
        foreach (var name in Defaults)
        {
            var path = Path.Combine(directory, name);
            if (File.Exists(path))
                return path;
        }

        var others = List(directory);
        return others.Count switch
        {
            1 => Path.Combine(directory, others[0]),
            0 => throw new FileNotFoundException($"'{directory}' has no ONNX file. Expected onnx/model.onnx or model.onnx. Export the model with sentence-transformers: model.save_pretrained(path) after loading it with backend=\"onnx\"."),
            _ => throw new FileNotFoundException($"'{directory}' has neither onnx/model.onnx nor model.onnx but several others: {string.Join(", ", others)}. Name one with OnnxFile."),
        };
    }

    private static string Named(string directory, string wanted)
    {
        var root = Path.GetFullPath(directory);
        var path = Path.GetFullPath(Path.Combine(root, wanted));
        if (!path.StartsWith(root, StringComparison.Ordinal))
            throw new ArgumentException($"OnnxFile is '{wanted}'; expected a file inside '{directory}'.", nameof(wanted));
        if (File.Exists(path))
            return path;
        var below = Path.Combine(root, "onnx", wanted);
        if (File.Exists(below))
            return below;
        var found = List(directory);
        throw new FileNotFoundException($"OnnxFile is '{wanted}', but '{directory}' has no such file, neither there nor under onnx/. Found: {(found.Count == 0 ? "no ONNX file" : string.Join(", ", found))}.", path);
    }

    private static string? Find(string directory, string name)
    {
        var below = Path.Combine(directory, "onnx", name);
        if (File.Exists(below))
            return below;
        var root = Path.Combine(directory, name);
        return File.Exists(root) ? root : null;
    }

    private static List<string> List(string directory)
    {
        var files = new List<string>();
        foreach (var folder in new[] { Path.Combine(directory, "onnx"), directory })
        {
            if (Directory.Exists(folder))
                files.AddRange(Directory.EnumerateFiles(folder, "*.onnx").Select(path => Path.GetRelativePath(directory, path).Replace('\\', '/')));
        }

        files.Sort(StringComparer.Ordinal);
        return files;
    }

    // The names under which sentence-transformers and the exporters publish files, quickest first for this processor.
    // Graphs quantised for one instruction set are correct on others but may saturate or be slower, so they are only taken where they belong.
    public static string[] FastestNames(bool gpu)
    {
        if (gpu)
            return ["model_O4.onnx", "model_fp16.onnx"];
        string[] generic = ["model_qint8.onnx", "model_quantized.onnx", "model_int8.onnx", "model_O3.onnx", "model_O2.onnx"];
        if (RuntimeInformation.ProcessArchitecture == Architecture.Arm64)
            return ["model_qint8_arm64.onnx", .. generic];
        if (HasAvx512Vnni())
            return ["model_qint8_avx512_vnni.onnx", "model_qint8_avx512.onnx", "model_quint8_avx2.onnx", .. generic];
        if (Avx512F.IsSupported)
            return ["model_qint8_avx512.onnx", "model_quint8_avx2.onnx", .. generic];
        return Avx2.IsSupported ? ["model_quint8_avx2.onnx", .. generic] : generic;
    }

    private static bool HasAvx512Vnni() => Avx512F.IsSupported && X86Base.IsSupported && (X86Base.CpuId(7, 0).Ecx & (1 << 11)) != 0;
}
