using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace LocalRag.Connectors.SentenceTransformers.ModelDirectory;

/// <summary>Names the space of a model's vectors: weights, tokenizer, modules and dimensions decide it, prompts and batching do not.</summary>
internal static partial class ModelFingerprint
{
    private static readonly ConcurrentDictionary<(string Path, long Size, DateTime Time), string> Hashes = new();

    public static VectorSpace Compute(string directory, IReadOnlyList<string> weights, IReadOnlyList<ModuleConfig> modules, int dimensions)
    {
        var text = new StringBuilder();
        var tokenizer = Path.Combine(directory, "tokenizer.json");
        foreach (var path in weights.Append(File.Exists(tokenizer) ? tokenizer : Path.Combine(directory, "vocab.txt")))
            text.Append(HashOf(path)).Append('\n');

        // What was understood counts, not the spelling of the files: saving a model anew with another version must not change its space.
        foreach (var module in modules)
            text.Append(Describe(module)).Append('\n');
        text.Append(dimensions.ToString(CultureInfo.InvariantCulture));
        return new(Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())))[..16]);
    }

    private static string Describe(ModuleConfig module) => module switch
    {
        PoolingConfig pooling => $"Pooling {string.Join('+', pooling.Modes)} {(pooling.IncludePrompt ? "with" : "without")} prompt",
        DenseConfig dense => $"Dense {dense.InputWidth} {dense.OutputWidth} {dense.Activation} {HashOfWeights(dense.Directory)}",
        LayerNormConfig norm => $"LayerNorm {HashOfWeights(norm.Directory)}",
        NormalizeConfig => "Normalize",
        StaticEmbeddingConfig => "StaticEmbedding",
        _ => "Transformer",
    };

    private static string HashOfWeights(string directory)
    {
        var path = Path.Combine(directory, "model.safetensors");
        return File.Exists(path) ? HashOf(path) : "none";
    }

    private static string HashOf(string path)
    {
        // The hub's cache links files to blobs that are named by their SHA-256.
        if (File.ResolveLinkTarget(path, returnFinalTarget: true) is { } target && Sha256Name().IsMatch(target.Name))
            return target.Name;
        var info = new FileInfo(path);
        return Hashes.GetOrAdd((info.FullName, info.Length, info.LastWriteTimeUtc), static key =>
        {
            using var stream = File.OpenRead(key.Path);
            return Convert.ToHexStringLower(SHA256.HashData(stream));
        });
    }

    [GeneratedRegex("^[0-9a-f]{64}$")]
    private static partial Regex Sha256Name();
}
