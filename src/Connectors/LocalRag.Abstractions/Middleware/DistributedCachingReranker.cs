using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Microsoft.Extensions.Caching.Distributed;

namespace LocalRag;

/// <summary>Keeps the results of a reranker in a distributed cache.</summary>
/// <remarks>
/// The key is a SHA-256 hash over model, query, documents and options: the cache never sees a text, and a changed document is
/// another call. Calls with <see cref="RerankOptions.AdditionalProperties"/> pass by, since what these mean is not known here.
/// An entry that cannot be read counts as missing.
/// </remarks>
public sealed class DistributedCachingReranker : DelegatingReranker
{
    private readonly IDistributedCache _cache;
    private readonly DistributedCacheEntryOptions _entryOptions;
    private readonly string _identity;

    /// <summary>Wraps a reranker.</summary>
    /// <param name="innerReranker">The wrapped one.</param>
    /// <param name="cache">Where results are kept.</param>
    /// <param name="entryOptions">How long results are kept; null leaves it to the cache.</param>
    public DistributedCachingReranker(IReranker innerReranker, IDistributedCache cache, DistributedCacheEntryOptions? entryOptions = null)
        : base(innerReranker)
    {
        ArgumentNullException.ThrowIfNull(cache);
        _cache = cache;
        _entryOptions = entryOptions ?? new DistributedCacheEntryOptions();
        var metadata = innerReranker.GetService(typeof(RerankerMetadata)) as RerankerMetadata;
        _identity = $"{metadata?.ProviderName}|{metadata?.ProviderUri}|{metadata?.DefaultModelId}";
    }

    /// <inheritdoc/>
    public override async Task<IReadOnlyList<RerankResult>> RerankAsync(
        string query, IReadOnlyList<string> documents, RerankOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(query);
        ArgumentNullException.ThrowIfNull(documents);
        if (documents.Count == 0 || options?.AdditionalProperties is { Count: > 0 })
        {
            return await base.RerankAsync(query, documents, options, cancellationToken).ConfigureAwait(false);
        }

        string key = Key(query, documents, options);
        if (await _cache.GetAsync(key, cancellationToken).ConfigureAwait(false) is { } entry && TryRead(entry, documents.Count) is { } cached)
        {
            return cached;
        }

        var results = await base.RerankAsync(query, documents, options, cancellationToken).ConfigureAwait(false);
        await _cache.SetAsync(key, Write(results), _entryOptions, cancellationToken).ConfigureAwait(false);
        return results;
    }

    private string Key(string query, IReadOnlyList<string> documents, RerankOptions? options)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Append(hash, _identity);
        Append(hash, options?.ModelId ?? "");
        Append(hash, FormattableString.Invariant($"{options?.TopK}|{options?.ScoreThreshold:R}"));
        Append(hash, query);
        foreach (string document in documents)
        {
            Append(hash, document);
        }

        return $"LocalRag.Rerank:{Convert.ToHexStringLower(hash.GetHashAndReset())}";
    }

    // The length in front keeps ("ab", "c") and ("a", "bc") apart. UTF-16 as it stands, so that even broken surrogates differ.
    private static void Append(IncrementalHash hash, string text)
    {
        Span<byte> length = stackalloc byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(length, text.Length);
        hash.AppendData(length);
        hash.AppendData(MemoryMarshal.AsBytes(text.AsSpan()));
    }

    private static byte[] Write(IReadOnlyList<RerankResult> results)
    {
        byte[] entry = new byte[results.Count * 8];
        for (int i = 0; i < results.Count; i++)
        {
            BinaryPrimitives.WriteInt32LittleEndian(entry.AsSpan(i * 8), results[i].Index);
            BinaryPrimitives.WriteSingleLittleEndian(entry.AsSpan(i * 8 + 4), results[i].Score);
        }

        return entry;
    }

    private static RerankResult[]? TryRead(byte[] entry, int documentCount)
    {
        if (entry.Length % 8 != 0 || entry.Length / 8 > documentCount)
        {
            return null;
        }

        var results = new RerankResult[entry.Length / 8];
        for (int i = 0; i < results.Length; i++)
        {
            int index = BinaryPrimitives.ReadInt32LittleEndian(entry.AsSpan(i * 8));
            if ((uint)index >= (uint)documentCount)
            {
                return null;
            }

            results[i] = new RerankResult(index, BinaryPrimitives.ReadSingleLittleEndian(entry.AsSpan(i * 8 + 4)));
        }

        return results;
    }
}
