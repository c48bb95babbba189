using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using LocalRag.Connectors.SentenceTransformers.Hub.Listing;
using LocalRag.Connectors.SentenceTransformers.Hub.Naming;

namespace LocalRag.Connectors.SentenceTransformers.Hub.Download;

/// <summary>Computes the hash that an ETag claims: SHA-256 of the content, or git's SHA-1 of <c>"blob {length}\0"</c> and the content.</summary>
internal sealed class ContentHash : IDisposable
{
    private readonly IncrementalHash _hash;
    private readonly byte[] _header = [];

    public ContentHash(RemoteFile file)
    {
        if (file.ETag.Length == HexDigest.Sha256Length)
        {
            _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            return;
        }

#pragma warning disable CA5350 // Git's object ids are SHA-1; the hub publishes no other hash of small files.
        _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA1);
#pragma warning restore CA5350
        _header = Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"blob {file.Size}\0"));
        _hash.AppendData(_header);
    }

    public void Append(ReadOnlySpan<byte> bytes) => _hash.AppendData(bytes);

    public string Finish() => Convert.ToHexStringLower(_hash.GetHashAndReset());

    /// <summary>Forgets the content, not what it is checked against.</summary>
    public void Reset()
    {
        _hash.GetHashAndReset();
        _hash.AppendData(_header);
    }

    public void Dispose() => _hash.Dispose();
}
