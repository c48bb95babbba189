using LocalRag.Connectors.InMemory.Tests.Search;
using Microsoft.Extensions.VectorData;

namespace LocalRag.Connectors.InMemory.Tests.Persistence;

public sealed class SaveAndLoadTests : IDisposable
{
    private static readonly CancellationToken Token = TestContext.Current.CancellationToken;
    private readonly string _directory = Directory.CreateTempSubdirectory("localrag-store").FullName;

    private string File => Path.Combine(_directory, "store.lrv");

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Everything_comes_back_and_can_be_changed(bool throughStream)
    {
        using var store = new InMemoryVectorStore();
        var collection = store.GetCollection<string, Everything>("things");
        await collection.EnsureCollectionExistsAsync(Token);
        await collection.UpsertAsync(Enumerable.Range(0, 5000).Select(Everything.Create), Token);
        await collection.DeleteAsync("key-17", Token);
        await collection.UpsertAsync(Everything.Create(3), Token);
        await store.GetCollection<string, Everything>("empty").EnsureCollectionExistsAsync(Token);

        using var loaded = new InMemoryVectorStore();
        if (throughStream)
        {
            using var stream = new MemoryStream();
            await store.SaveAsync(stream, Token);
            stream.Position = 0;
            await loaded.LoadAsync(stream, cancellationToken: Token);
        }
        else
        {
            await store.SaveAsync(File, Token);
            await loaded.LoadAsync(File, cancellationToken: Token);
        }

        Assert.Equal(["empty", "things"], await loaded.ListCollectionNamesAsync(Token).ToListAsync(Token));
        var again = loaded.GetCollection<string, Everything>("things");
        Assert.Null(await again.GetAsync("key-17", cancellationToken: Token));
        foreach (var i in new[] { 0, 1, 3, 6, 8, 9, 4095, 4096, 4999 })
            Everything.AssertEqual(Everything.Create(i), await again.GetAsync($"key-{i}", new() { IncludeVectors = true }, Token));
        Assert.Equal(await SearchAsync(collection), await SearchAsync(again));
        Assert.Equal(await HybridAsync(collection), await HybridAsync(again));

        await again.UpsertAsync(Enumerable.Range(4990, 600).Select(Everything.Create), Token);
        await collection.UpsertAsync(Enumerable.Range(4990, 600).Select(Everything.Create), Token);
        Assert.Equal(await SearchAsync(collection), await SearchAsync(again));
        Everything.AssertEqual(Everything.Create(5500), await again.GetAsync("key-5500", new() { IncludeVectors = true }, Token));
    }

    [Fact]
    public async Task A_save_replaces_the_file_that_is_loaded()
    {
        using var store = await CreateAsync(100);
        await store.SaveAsync(File, Token);
        using var loaded = new InMemoryVectorStore();
        await loaded.LoadAsync(File, cancellationToken: Token);
        var collection = loaded.GetCollection<int, Point>("points");
        await collection.UpsertAsync(new Point { Id = 1000, Vector = new float[64] }, Token);
        await loaded.SaveAsync(File, Token);
        Assert.Equal([File], Directory.GetFiles(_directory));
        using var third = new InMemoryVectorStore();
        await third.LoadAsync(File, verifyOnLoad: true, Token);
        Assert.Equal(101, await third.GetCollection<int, Point>("points").GetAsync(_ => true, 1000, cancellationToken: Token).CountAsync(Token));
        Assert.Equal(101, await collection.GetAsync(_ => true, 1000, cancellationToken: Token).CountAsync(Token));
    }

    [Fact]
    public async Task A_cancelled_save_leaves_the_old_file_and_nothing_else()
    {
        using var store = await CreateAsync(100);
        await store.SaveAsync(File, Token);
        var before = await System.IO.File.ReadAllBytesAsync(File, Token);
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => store.SaveAsync(File, cancelled.Token));
        Assert.Equal([File], Directory.GetFiles(_directory));
        Assert.Equal(before, await System.IO.File.ReadAllBytesAsync(File, Token));
    }

    [Fact]
    public async Task A_damaged_block_is_an_error_with_file_and_offset_and_never_a_result()
    {
        using var store = await CreateAsync(9000);
        await store.SaveAsync(File, Token);
        var bytes = await System.IO.File.ReadAllBytesAsync(File, Token);
        // Every MiB once, and once in the middle of it; head, tail and checksums are among them.
        for (var offset = 5L; offset < bytes.Length; offset += 700_001)
            await AssertNoticedAsync(bytes, offset);
        foreach (var offset in new[] { 0, 9, 12, bytes.Length - 1, bytes.Length - 10, bytes.Length - 20, bytes.Length - 70 })
            await AssertNoticedAsync(bytes, offset);
    }

    [Fact]
    public async Task Files_that_are_cut_foreign_or_of_another_version_are_refused()
    {
        using var store = await CreateAsync(2000);
        await store.SaveAsync(File, Token);
        var bytes = await System.IO.File.ReadAllBytesAsync(File, Token);
        foreach (var length in new[] { 0, 5, 12, 63, 64, 127, 128, 4096, bytes.Length / 2, bytes.Length - 1 })
            await AssertRefusedAsync(bytes[..length], length < 12 ? "not a LocalRag vector file" : "incomplete");
        await AssertRefusedAsync([.. bytes, 0], "incomplete");
        await AssertRefusedAsync("{\"json\": true, \"and\": \"nothing else\"}"u8.ToArray(), "not a LocalRag vector file");
        var newer = (byte[])bytes.Clone();
        newer[8] = FileFormat.Version + 1;
        await AssertRefusedAsync(newer, $"version {FileFormat.Version + 1}");
        var older = (byte[])bytes.Clone();
        older[8] = 1;
        await AssertRefusedAsync(older, "version 1");
    }

    [Fact]
    public async Task A_missing_file_is_a_missing_file()
    {
        using var store = new InMemoryVectorStore();
        await Assert.ThrowsAsync<FileNotFoundException>(() => store.LoadAsync(File, cancellationToken: Token));
    }

    private async Task AssertNoticedAsync(byte[] bytes, long offset)
    {
        var damaged = (byte[])bytes.Clone();
        damaged[offset] ^= 4;
        var file = Path.Combine(_directory, $"damaged-{offset}");
        await System.IO.File.WriteAllBytesAsync(file, damaged, Token);
        using var eager = new InMemoryVectorStore();
        var error = await Assert.ThrowsAsync<InvalidDataException>(() => eager.LoadAsync(file, verifyOnLoad: true, Token));
        Assert.Contains(file, error.Message, StringComparison.Ordinal);

        using var lazy = new InMemoryVectorStore();
        using var sound = new InMemoryVectorStore();
        await sound.LoadAsync(File, cancellationToken: Token);
        try
        {
            await lazy.LoadAsync(file, cancellationToken: Token);
            var query = TestVectors.Unit(1, 64, 99)[0];
            var expected = await NearestAsync(sound, query);
            Assert.Equal(expected, await NearestAsync(lazy, query));
        }
        catch (InvalidDataException lazily)
        {
            Assert.Contains(file, lazily.Message, StringComparison.Ordinal);
        }
    }

    private static async Task<List<(int, double?)>> NearestAsync(InMemoryVectorStore store, float[] query) =>
        await store.GetCollection<int, Point>("points").SearchAsync(query, 5, cancellationToken: Token).Select(r => (r.Record.Id, r.Score)).ToListAsync(Token);

    private async Task AssertRefusedAsync(byte[] bytes, string message)
    {
        var file = Path.Combine(_directory, "refused");
        await System.IO.File.WriteAllBytesAsync(file, bytes, Token);
        using var store = new InMemoryVectorStore();
        var error = await Assert.ThrowsAsync<InvalidDataException>(() => store.LoadAsync(file, cancellationToken: Token));
        Assert.Contains(file, error.Message, StringComparison.Ordinal);
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
        Assert.Empty(await store.ListCollectionNamesAsync(Token).ToListAsync(Token));
    }

    private static async Task<InMemoryVectorStore> CreateAsync(int rows)
    {
        var store = new InMemoryVectorStore();
        var collection = store.GetCollection<int, Point>("points");
        await collection.EnsureCollectionExistsAsync(Token);
        await collection.UpsertAsync(TestVectors.Unit(rows, 64, 1).Select((v, i) => new Point { Id = i, Vector = v }), Token);
        return store;
    }

    private static async Task<List<(string, double?)>> SearchAsync(InMemoryCollection<string, Everything> collection) =>
        await collection.SearchAsync(new float[] { 3, 1, 2, 0 }, 50, new() { Filter = r => r.Number > 20 && r.Weekday != DayOfWeek.Friday, VectorProperty = r => r.Vector }, Token)
            .Select(r => (r.Record.Key, r.Score)).ToListAsync(Token);

    private static async Task<List<(string, double, double?)>> HybridAsync(InMemoryCollection<string, Everything> collection) =>
        await collection.HybridSearchWithLegsAsync(new float[] { 3, 1, 2, 0 }, ["apple 33"], 20, new() { VectorProperty = r => r.Vector }, Token)
            .Select(r => (r.Record.Key, r.Score, r.KeywordScore)).ToListAsync(Token);

    public sealed class Point
    {
        [VectorStoreKey]
        public int Id { get; set; }

        [VectorStoreVector(64)]
        public ReadOnlyMemory<float> Vector { get; set; }
    }
}
