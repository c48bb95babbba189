namespace LocalRag.Connectors.SentenceTransformers.Tests.Tokenization;

/// <summary>A directory that goes away with the test.</summary>
internal sealed class TemporaryDirectory : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("localrag-tokenizer-").FullName;

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
