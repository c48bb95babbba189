using System.Collections;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.VectorData;

namespace LocalRag.Connectors.InMemory.Tests.Persistence;

public sealed class CompactVectorTests : IDisposable
{
    private const int Dimensions = 384;
    private static readonly CancellationToken Token = TestContext.Current.CancellationToken;
    private readonly string _directory = Directory.CreateTempSubdirectory("localrag-compact").FullName;

    private string File => Path.Combine(_directory, "store");

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task Bytes_and_bits_come_back_from_file_stream_and_journal_and_are_found_alike()
    {
        using var store = new InMemoryVectorStore(new() { JournalPath = File + ".journal" });
        var rows = store.GetCollection<int, Row>("rows");
        await rows.EnsureCollectionExistsAsync(Token);
        await rows.UpsertAsync(Enumerable.Range(0, 300).Select(Create), Token);
        await rows.DeleteAsync(17, Token);
        var expected = await DescribeAsync(rows);
        Assert.NotEmpty(expected);

        await store.SaveAsync(File, Token);
        using var loaded = new InMemoryVectorStore();
        await loaded.LoadAsync(File, cancellationToken: Token);
        var again = loaded.GetCollection<int, Row>("rows");
        Assert.Equal(expected, await DescribeAsync(again));
        // Mapped rows are copied when the chunk grows, and when the collection is compacted.
        await again.UpsertAsync(Enumerable.Range(300, 2000).Select(Create), Token);
        await again.UpsertAsync(Enumerable.Range(300, 2000).Select(Create), Token);
        await again.DeleteAsync(Enumerable.Range(300, 2000), Token);
        Assert.Equal(expected, await DescribeAsync(again));

        store.Dispose();
        using var replayed = new InMemoryVectorStore(new() { JournalPath = File + ".journal" });
        Assert.Equal(expected, await DescribeAsync(replayed.GetCollection<int, Row>("rows")));
    }

    [Fact]
    public async Task A_file_holds_one_byte_or_one_bit_per_component()
    {
        const int Rows = 20_000;
        await AssertSizeAsync(new VectorStoreVectorProperty("v", typeof(sbyte[]), Dimensions), new sbyte[Dimensions], Dimensions);
        await AssertSizeAsync(new VectorStoreVectorProperty("v", typeof(byte[]), Dimensions), new byte[Dimensions], Dimensions);
        await AssertSizeAsync(new VectorStoreVectorProperty("v", typeof(BitArray), Dimensions), new BitArray(Dimensions), Dimensions / 8);

        async Task AssertSizeAsync(VectorStoreVectorProperty property, object vector, int bytes)
        {
            using var store = new InMemoryVectorStore();
            var collection = store.GetDynamicCollection("rows", new() { Properties = [new VectorStoreKeyProperty("k", typeof(int)), property] });
            await collection.EnsureCollectionExistsAsync(Token);
            await collection.UpsertAsync(Enumerable.Range(0, Rows).Select(i => new Dictionary<string, object?> { ["k"] = i, ["v"] = vector }), Token);
            await store.SaveAsync(File, Token);
            // Beside the vector: squared norm and key.
            Assert.InRange(new FileInfo(File).Length, (long)Rows * bytes, Rows * (bytes + 12L));
        }
    }

    [Fact]
    public async Task A_damaged_block_of_bytes_is_never_a_result()
    {
        using var store = new InMemoryVectorStore();
        var rows = store.GetCollection<int, Row>("rows");
        await rows.EnsureCollectionExistsAsync(Token);
        await rows.UpsertAsync(Enumerable.Range(0, 9000).Select(Create), Token);
        await store.SaveAsync(File, Token);
        var bytes = await System.IO.File.ReadAllBytesAsync(File, Token);
        bytes[2_000_000] ^= 1;
        await System.IO.File.WriteAllBytesAsync(File, bytes, Token);
        using var loaded = new InMemoryVectorStore();
        await loaded.LoadAsync(File, cancellationToken: Token);
        var error = await Assert.ThrowsAsync<InvalidDataException>(() => DescribeAsync(loaded.GetCollection<int, Row>("rows")));
        Assert.Contains(File, error.Message, StringComparison.Ordinal);
    }

    private static async Task<List<string>> DescribeAsync(InMemoryCollection<int, Row> rows)
    {
        var lines = new List<string>();
        foreach (var query in new[] { Create(5), Create(120) })
        {
            await foreach (var hit in rows.SearchAsync(query.Signed, 5, new() { VectorProperty = r => r.Signed, IncludeVectors = true }, Token))
                lines.Add($"{hit.Record.Id} {hit.Score} {string.Join(' ', hit.Record.Signed.ToArray())} {string.Join(' ', hit.Record.Unsigned!)} {hit.Record.Bits is null} {hit.Record.Embedding.Vector.Count}");
            await foreach (var hit in rows.SearchAsync(query.Unsigned!, 5, new() { VectorProperty = r => r.Unsigned }, Token))
                lines.Add($"{hit.Record.Id} {hit.Score}");
            await foreach (var hit in rows.SearchAsync(query.Embedding, 5, new() { VectorProperty = r => r.Embedding, IncludeVectors = true }, Token))
                lines.Add($"{hit.Record.Id} {hit.Score} {string.Concat(hit.Record.Embedding.Vector.Cast<bool>().Select(b => b ? '1' : '0'))}");
            await foreach (var hit in rows.SearchAsync(new BitArray(Dimensions, true), 5, new() { VectorProperty = r => r.Bits }, Token))
                lines.Add($"{hit.Record.Id} {hit.Score}");
        }

        return lines;
    }

    private static Row Create(int id)
    {
        var random = new Random(id);
        var bytes = new byte[Dimensions];
        random.NextBytes(bytes);
        return new Row
        {
            Id = id,
            Signed = Array.ConvertAll(bytes, b => (sbyte)b),
            Unsigned = bytes,
            Bits = id % 3 == 0 ? null : new BitArray(Array.ConvertAll(bytes, b => b > 100)),
            Embedding = new BinaryEmbedding(new BitArray(Array.ConvertAll(bytes, b => b > 150))),
        };
    }

    private sealed class Row
    {
        [VectorStoreKey]
        public int Id { get; set; }

        [VectorStoreVector(Dimensions)]
        public ReadOnlyMemory<sbyte> Signed { get; set; }

        [VectorStoreVector(Dimensions, DistanceFunction = DistanceFunction.ManhattanDistance)]
        public byte[]? Unsigned { get; set; }

        [VectorStoreVector(Dimensions, DistanceFunction = DistanceFunction.CosineSimilarity)]
        public BitArray? Bits { get; set; }

        [VectorStoreVector(Dimensions, DistanceFunction = DistanceFunction.HammingDistance)]
        public BinaryEmbedding Embedding { get; set; } = new(new BitArray(Dimensions));
    }
}
