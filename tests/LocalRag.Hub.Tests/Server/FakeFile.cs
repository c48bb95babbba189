using System.Security.Cryptography;
using System.Text;

namespace LocalRag.Hub.Tests.Server;

/// <summary>A file of a fake repository, with the hashes that a real hub would publish.</summary>
internal sealed record FakeFile(string Path, byte[] Content, bool IsLarge)
{
    public string Sha256 { get; init; } = Convert.ToHexStringLower(SHA256.HashData(Content));

    public string BlobId { get; init; } = GitHash(Content);

    /// <summary>The size that the hub announces; the true one unless a test lies.</summary>
    public long Size { get; init; } = Content.Length;

    public string ETag => IsLarge ? Sha256 : BlobId;

    public static FakeFile Small(string path, string content) => new(path, Encoding.UTF8.GetBytes(content), IsLarge: false);

    public static FakeFile Large(string path, int size, int seed = 1)
    {
        var content = new byte[size];
        new Random(seed).NextBytes(content);
        return new FakeFile(path, content, IsLarge: true);
    }

    public static string GitHash(byte[] content)
#pragma warning disable CA5350 // Git's own hash.
        => Convert.ToHexStringLower(SHA1.HashData([.. Encoding.ASCII.GetBytes($"blob {content.Length}\0"), .. content]));
#pragma warning restore CA5350
}
