using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;

namespace LocalRag.Connectors.SentenceTransformers.ModelDirectory;

/// <summary>
/// Decides which ONNX file of a model is used, from the names of its files, so that it is the same for a directory and before a download. Without a wish
/// the answer does not depend on the machine.
/// </summary>
internal static class OnnxFileChoice
{
    public const string Fastest = "fastest";
    private const string Default = "model.onnx", Folder = "onnx";

    /// <summary>The name of the file, or null where none is the wanted one or, without a wish, the only one.</summary>
    /// <param name="files">The files of the model.</param>
    /// <param name="folder">The folder of the Transformer module, which comes before the root; empty for the root.</param>
    /// <param name="wanted">A name inside the model, also looked for below <c>onnx/</c>; <c>fastest</c>; null for the default.</param>
    /// <param name="gpu">Whether <c>fastest</c> is for a graphics card.</param>
    public static string? Find(IModelFiles files, string folder, string? wanted, bool gpu = false)
    {
        string[] roots = folder.Length == 0 ? [""] : [folder, ""];
        if (wanted is not null and not Fastest)
            return RelativeName.Normalize(wanted) is { } name ? First(root => [RelativeName.Join(root, name), Exported(root, name)]) : null;
        return (wanted is Fastest ? FastestNames(gpu).Select(Standard).FirstOrDefault(found => found is not null) : null)
            ?? Standard(Default)
            ?? OnlyOne(files, roots);

        string? Standard(string name) => First(root => [Exported(root, name), RelativeName.Join(root, name)]);

        string? First(Func<string, string[]> places) => roots.SelectMany(places).FirstOrDefault(files.Contains);
    }

    /// <summary>All ONNX files, sorted, for messages.</summary>
    public static IReadOnlyList<string> All(IModelFiles files)
        => [.. files.In("").Where(name => name.EndsWith(".onnx", StringComparison.OrdinalIgnoreCase)).Order(StringComparer.Ordinal)];

    private static string Exported(string root, string name) => RelativeName.Join(root, $"{Folder}/{name}");

    // The nearest place that has any decides: a copy that lies elsewhere, such as a checkpoint's, makes no doubt.
    private static string? OnlyOne(IModelFiles files, IEnumerable<string> roots)
    {
        var all = All(files);
        var near = roots
            .Select(root => all.Where(name => RelativeName.FolderOf(name) is var place && (place == root || place == RelativeName.Join(root, Folder))).ToList())
            .FirstOrDefault(names => names.Count > 0);
        return (near ?? all) is [var only] ? only : null;
    }

    // The names under which sentence-transformers and the exporters publish files, quickest first for this processor.
    // Graphs quantised for one instruction set are correct on others but may saturate or be slower, so they are only taken where they belong.
    private static string[] FastestNames(bool gpu)
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
