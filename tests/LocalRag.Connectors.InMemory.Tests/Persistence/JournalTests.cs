namespace LocalRag.Connectors.InMemory.Tests.Persistence;

public sealed class JournalTests : IDisposable
{
    private static readonly CancellationToken Token = TestContext.Current.CancellationToken;
    private readonly string _directory = Directory.CreateTempSubdirectory("localrag-journal").FullName;

    private string Path => System.IO.Path.Combine(_directory, "changes.log");

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task Every_acknowledged_change_is_there_again()
    {
        using (var store = Open())
        {
            var collection = store.GetCollection<string, Everything>("things");
            await collection.EnsureCollectionExistsAsync(Token);
            await collection.UpsertAsync(Enumerable.Range(0, 200).Select(Everything.Create), Token);
            await collection.DeleteAsync(["key-3", "key-5", "unknown"], Token);
            await collection.UpsertAsync(Everything.Create(5), Token);
            await store.GetCollection<string, Everything>("gone").EnsureCollectionExistsAsync(Token);
            await store.EnsureCollectionDeletedAsync("gone", Token);
        }

        using var again = Open();
        Assert.Equal(["things"], await again.ListCollectionNamesAsync(Token).ToListAsync(Token));
        var things = again.GetCollection<string, Everything>("things");
        Assert.Null(await things.GetAsync("key-3", cancellationToken: Token));
        foreach (var i in new[] { 0, 5, 7, 8, 199 })
            Everything.AssertEqual(Everything.Create(i), await things.GetAsync($"key-{i}", new() { IncludeVectors = true }, Token));
        Assert.Equal(199, await things.GetAsync(_ => true, 1000, cancellationToken: Token).CountAsync(Token));
    }

    [Fact]
    public async Task A_kill_at_any_byte_loses_only_what_was_not_acknowledged()
    {
        var ends = new List<long>();
        using (var store = Open())
        {
            var collection = store.GetCollection<string, Everything>("things");
            await collection.EnsureCollectionExistsAsync(Token);
            ends.Add(new FileInfo(Path).Length);
            for (var i = 0; i < 5; i++)
            {
                await collection.UpsertAsync(Everything.Create(i), Token);
                ends.Add(new FileInfo(Path).Length);
            }
        }

        var bytes = await File.ReadAllBytesAsync(Path, Token);
        for (var length = (int)ends[0]; length <= bytes.Length; length++)
        {
            await File.WriteAllBytesAsync(Path, bytes[..length], Token);
            using var store = Open();
            var expected = ends.FindLastIndex(end => end <= length);
            Assert.Equal(expected, await store.GetCollection<string, Everything>("things").GetAsync(_ => true, 10, cancellationToken: Token).CountAsync(Token));
            Assert.Equal(ends[expected], new FileInfo(Path).Length);
        }
    }

    [Fact]
    public async Task A_flipped_bit_before_the_end_is_an_error_with_file_and_offset()
    {
        using (var store = Open())
        {
            var collection = store.GetCollection<string, Everything>("things");
            await collection.EnsureCollectionExistsAsync(Token);
            await collection.UpsertAsync(Everything.Create(1), Token);
        }

        var bytes = await File.ReadAllBytesAsync(Path, Token);
        bytes[20] ^= 1;
        await File.WriteAllBytesAsync(Path, bytes, Token);
        var error = Assert.Throws<InvalidDataException>(Open);
        Assert.Contains(Path, error.Message, StringComparison.Ordinal);
        Assert.Contains("offset 0", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Two_stores_cannot_share_a_journal()
    {
        using var first = Open();
        Assert.Throws<IOException>(Open);
    }

    private InMemoryVectorStore Open() => new(new() { JournalPath = Path });
}
