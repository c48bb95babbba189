using System.Text.Json.Nodes;
using LocalRag.Connectors.SentenceTransformers.Tests.Goldens;

namespace LocalRag.Connectors.SentenceTransformers.Tests.Faults;

/// <summary>A copy of a golden model directory that a test may damage.</summary>
internal sealed class TemporaryModel : IDisposable
{
    public TemporaryModel(string golden)
    {
        var source = GoldenModels.Golden(golden);
        foreach (var file in System.IO.Directory.EnumerateFiles(source, "*", SearchOption.AllDirectories))
        {
            if (file.EndsWith(".jsonl", StringComparison.Ordinal))
                continue;
            var copy = PathOf(Path.GetRelativePath(source, file));
            System.IO.Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }
    }

    public string Directory { get; } = Path.Combine(Path.GetTempPath(), "localrag-tests", Guid.NewGuid().ToString("N"));

    public string PathOf(string name) => Path.Combine(Directory, name.Replace('/', Path.DirectorySeparatorChar));

    public TemporaryModel Write(string name, string text)
    {
        System.IO.Directory.CreateDirectory(Path.GetDirectoryName(PathOf(name))!);
        File.WriteAllText(PathOf(name), text);
        return this;
    }

    public TemporaryModel Write(string name, byte[] bytes)
    {
        System.IO.Directory.CreateDirectory(Path.GetDirectoryName(PathOf(name))!);
        File.WriteAllBytes(PathOf(name), bytes);
        return this;
    }

    public TemporaryModel Delete(string name)
    {
        File.Delete(PathOf(name));
        return this;
    }

    public TemporaryModel Set(string name, string key, JsonNode? value)
    {
        var json = (JsonObject)JsonNode.Parse(File.ReadAllText(PathOf(name)))!;
        json[key] = value;
        File.WriteAllText(PathOf(name), json.ToJsonString());
        return this;
    }

    public void Dispose() => System.IO.Directory.Delete(Directory, recursive: true);
}
