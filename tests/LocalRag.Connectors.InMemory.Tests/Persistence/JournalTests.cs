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
    public async Task A_flipped_bit_anywhere_is_an_error_with_file_and_offset_and_never_loses_what_follows()
    {
        var starts = new List<long>();
        using (var store = Open())
        {
            var collection = store.GetCollection<string, Everything>("things");
            await collection.EnsureCollectionExistsAsync(Token);
            for (var i = 0; i < 3; i++)
            {
                starts.Add(new FileInfo(Path).Length);
                await collection.UpsertAsync(Everything.Create(i), Token);
            }
        }

        var bytes = await File.ReadAllBytesAsync(Path, Token);
        for (var i = 0; i < bytes.Length; i++)
        {
            var damaged = (byte[])bytes.Clone();
            damaged[i] ^= (byte)(1 << (i % 8));
            await File.WriteAllBytesAsync(Path, damaged, Token);
            var error = Assert.Throws<InvalidDataException>(Open);
            Assert.Contains(Path, error.Message, StringComparison.Ordinal);
            if (i >= starts[0])
                Assert.Contains($"offset {starts.Last(s => s <= i)} ", error.Message, StringComparison.Ordinal);
            Assert.Equal(damaged, await File.ReadAllBytesAsync(Path, Token));
        }
    }

    [Fact]
    public async Task What_a_power_failure_leaves_of_the_last_change_is_cut_off()
    {
        long last;
        using (var store = Open())
        {
            var collection = store.GetCollection<string, Everything>("things");
            await collection.EnsureCollectionExistsAsync(Token);
            await collection.UpsertAsync(Everything.Create(1), Token);
            last = new FileInfo(Path).Length;
            await collection.UpsertAsync(Enumerable.Range(2, 100).Select(Everything.Create), Token);
        }

        // The length reached the disk, but not all pages did.
        var bytes = await File.ReadAllBytesAsync(Path, Token);
        Assert.True(bytes.Length > 12_288);
        bytes.AsSpan(4096, 4096).Clear();
        await AssertCutAsync(bytes);
        bytes.AsSpan((int)last).Clear();
        await AssertCutAsync(bytes);

        async Task AssertCutAsync(byte[] left)
        {
            await File.WriteAllBytesAsync(Path, left, Token);
            using var store = Open();
            Assert.Equal(["key-1"], await store.GetCollection<string, Everything>("things").GetAsync(_ => true, 1000, cancellationToken: Token).Select(r => r.Key).ToListAsync(Token));
            Assert.Equal(last, new FileInfo(Path).Length);
        }
    }

    [Fact]
    public async Task A_file_that_is_no_journal_or_of_another_version_is_refused()
    {
        await File.WriteAllTextAsync(Path, "notes of mine", Token);
        Assert.Contains("not a LocalRag journal", Assert.Throws<InvalidDataException>(Open).Message, StringComparison.Ordinal);
        await File.WriteAllBytesAsync(Path, [.. "LRAGLOG\n"u8, 9, 0, 0, 0], Token);
        Assert.Contains("journal version 9", Assert.Throws<InvalidDataException>(Open).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_journal_that_is_mostly_dead_is_written_anew()
    {
        var longest = 0L;
        using (var store = Open())
        {
            var collection = store.GetCollection<string, Everything>("things");
            await collection.EnsureCollectionExistsAsync(Token);
            await collection.UpsertAsync(Everything.Create(1000), Token);
            var other = store.GetCollection<string, Everything>("others");
            await other.EnsureCollectionExistsAsync(Token);
            await other.UpsertAsync(Everything.Create(7), Token);
            for (var round = 0; round < 100; round++)
            {
                await collection.UpsertAsync(Enumerable.Range(0, 100).Select(Everything.Create), Token);
                await collection.DeleteAsync($"key-{round}", Token);
                longest = Math.Max(longest, new FileInfo(Path).Length);
            }
        }

        // Written 10,000 records of about 200 bytes; live are 101.
        Assert.True(longest < 500_000, $"The journal grew to {longest} bytes.");
        Assert.Equal([Path], Directory.GetFiles(_directory));
        using var again = Open();
        var things = again.GetCollection<string, Everything>("things");
        Assert.Equal(Enumerable.Range(0, 99).Append(1000).Select(i => $"key-{i}").Order(), await things.GetAsync(_ => true, 1000, cancellationToken: Token).Select(r => r.Key).Order().ToListAsync(Token));
        Everything.AssertEqual(Everything.Create(98), await things.GetAsync("key-98", new() { IncludeVectors = true }, Token));
        Assert.NotNull(await again.GetCollection<string, Everything>("others").GetAsync("key-7", cancellationToken: Token));
        await things.UpsertAsync(Everything.Create(5), Token);
    }

    [Fact]
    public async Task A_journal_is_rewritten_while_many_threads_write()
    {
        const int Writers = 4, Rounds = 60;
        using (var store = Open())
        {
            await Task.WhenAll(Enumerable.Range(0, Writers).Select(writer => Task.Run(
                async () =>
                {
                    var collection = store.GetCollection<string, Everything>($"things-{writer % 2}");
                    await collection.EnsureCollectionExistsAsync(Token);
                    for (var round = 0; round < Rounds; round++)
                    {
                        await collection.UpsertAsync(Enumerable.Range(0, 50).Select(i => Numbered(writer * 1000 + i, round)), Token);
                    }
                },
                Token)));
        }

        using var again = Open();
        for (var writer = 0; writer < Writers; writer++)
        {
            var collection = again.GetCollection<string, Everything>($"things-{writer % 2}");
            for (var i = 0; i < 50; i++)
                Assert.Equal(Rounds - 1, (await collection.GetAsync($"key-{writer * 1000 + i}", cancellationToken: Token))!.Maybe);
        }

        static Everything Numbered(int key, int round)
        {
            var record = Everything.Create(key);
            record.Maybe = round;
            return record;
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Changes_are_on_the_disk_when_their_call_returns_unless_the_option_says_otherwise(bool flush)
    {
        using var store = new InMemoryVectorStore(new() { JournalPath = Path, JournalFlushesToDisk = flush });
        var journal = (Journal)store.Database.Log!;
        var collection = store.GetCollection<string, Everything>("things");
        await collection.EnsureCollectionExistsAsync(Token);
        Assert.Equal(flush, journal.IsOnDisk);
        await collection.UpsertAsync(Everything.Create(1), Token);
        Assert.Equal(flush, journal.IsOnDisk);
        await collection.DeleteAsync("key-1", Token);
        Assert.Equal(flush, journal.IsOnDisk);
    }

    [Fact]
    public async Task A_loaded_collection_is_recorded_whole_or_not_at_all()
    {
        using (var source = new InMemoryVectorStore())
        {
            var collection = source.GetCollection<string, Everything>("things");
            await collection.EnsureCollectionExistsAsync(Token);
            await collection.UpsertAsync(Enumerable.Range(0, 50_000).Select(Everything.Create), Token);
            await source.SaveAsync(Path + ".store", Token);
        }

        long before, after;
        using (var store = Open())
        {
            var collection = store.GetCollection<string, Everything>("things");
            await collection.EnsureCollectionExistsAsync(Token);
            await collection.UpsertAsync(Everything.Create(1), Token);
            before = new FileInfo(Path).Length;
            await store.LoadAsync(Path + ".store", cancellationToken: Token);
            after = new FileInfo(Path).Length;
        }

        Assert.Equal(50_000, await CountAsync());
        // Rows go to the file in parts; the collection appears with the last of them.
        foreach (var length in new[] { after - 1, (before + after) / 2, before + 1000 })
        {
            using (var file = File.OpenWrite(Path))
                file.SetLength(length);
            Assert.Equal(1, await CountAsync());
        }

        async Task<int> CountAsync()
        {
            using var store = Open();
            return await store.GetCollection<string, Everything>("things").GetAsync(_ => true, int.MaxValue, cancellationToken: Token).CountAsync(Token);
        }
    }

    [Fact]
    public async Task A_database_that_is_in_use_already_is_recorded_and_keeps_one_journal()
    {
        using var first = new InMemoryVectorStore();
        var collection = first.GetCollection<string, Everything>("things");
        await collection.EnsureCollectionExistsAsync(Token);
        await collection.UpsertAsync(Everything.Create(1), Token);
        using (new InMemoryVectorStore(new() { Database = first.Database, JournalPath = Path }))
        {
            await collection.UpsertAsync(Everything.Create(2), Token);
            Assert.Throws<InvalidOperationException>(() => new InMemoryVectorStore(new() { Database = first.Database, JournalPath = Path + "2" }));
        }

        using var again = Open();
        Assert.Equal(2, await again.GetCollection<string, Everything>("things").GetAsync(_ => true, 10, cancellationToken: Token).CountAsync(Token));
    }

    [Fact]
    public void Two_stores_cannot_share_a_journal()
    {
        using var first = Open();
        Assert.Throws<IOException>(Open);
    }

    /// <summary>Without flushes, which take their time when a journal is opened hundreds of times.</summary>
    private InMemoryVectorStore Open() => new(new() { JournalPath = Path, JournalFlushesToDisk = false });
}
