using LocalRag.Plugins.Ingestion.Worker;

namespace LocalRag.Plugins.Ingestion.Tests.Indexing;

/// <summary>kill -9 at any moment: the next run finishes the work, and nobody can tell its result from that of an undisturbed run.</summary>
public sealed class KilledRunTests : IDisposable
{
    private const string StoreFile = "docs.store";
    private const string JournalFile = "docs.journal";

    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("localrag-killed");

    public static bool HasUlimit => OperatingSystem.IsLinux();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string Folder => Path.Combine(_root.FullName, "docs");

    public void Dispose() => _root.Delete(recursive: true);

    [Theory]
    [InlineData(StoreFile)]
    [InlineData(JournalFile)]
    public async Task Runs_that_are_killed_on_their_way_are_finished_by_the_next(string name)
    {
        var store = StoreIn("disturbed", name);
        for (var i = 0; i < 24; i++)
        {
            Write($"{i:00}.md", Sections(i, count: 1 + i % 5));
        }

        // More passages than one batch holds, so that some steps lie inside a document.
        Write("12-long.md", Sections(99, count: 60));
        foreach (var step in new[] { 1, 2, 9, 14, 18, 22 })
        {
            await WorkerRun.KillAtAsync(Folder, store, step);
        }

        Assert.InRange(await WorkerRun.ToTheEndAsync(Folder, store), 1, 24);
        await AssertEqualToUndisturbedAsync(store);
    }

    [Theory]
    [InlineData(StoreFile)]
    [InlineData(JournalFile)]
    public async Task A_killed_update_leaves_neither_old_passages_nor_removed_documents(string name)
    {
        var store = StoreIn("disturbed", name);
        for (var i = 0; i < 12; i++)
        {
            Write($"{i:00}.md", Sections(i, count: 3 + i));
        }

        await WorkerRun.ToTheEndAsync(Folder, store);
        for (var i = 0; i < 12; i += 2)
        {
            Write($"{i:00}.md", Sections(i + 50, count: 1 + i / 4));
        }

        File.Delete(Path.Combine(Folder, "03.md"));
        Write("new.md", Sections(7, count: 20));
        foreach (var step in new[] { 1, 4, 7 })
        {
            await WorkerRun.KillAtAsync(Folder, store, step);
        }

        await WorkerRun.ToTheEndAsync(Folder, store);
        await AssertEqualToUndisturbedAsync(store);
    }

    [Theory(Skip = "File sizes are limited through the shell's ulimit", SkipUnless = nameof(HasUlimit))]
    [InlineData(1)]
    [InlineData(100)]
    [InlineData(200)]
    public async Task A_kill_in_the_middle_of_a_save_leaves_what_was_saved_before(int kibibytes)
    {
        var store = StoreIn("disturbed", StoreFile);
        Write("first.md", Sections(1, count: 5));
        await WorkerRun.ToTheEndAsync(Folder, store);
        var before = await DumpAsync(store);
        for (var i = 0; i < 12; i++)
        {
            Write($"{i:00}.md", Sections(i, count: 20));
        }

        await WorkerRun.KillWhenFileHasAsync(Folder, store, kibibytes);

        var cut = Assert.Single(Directory.GetFiles(Path.GetDirectoryName(store)!, "*.tmp"));
        Assert.Equal(kibibytes * 1024, new FileInfo(cut).Length);
        Assert.Subset((await DumpAsync(store)).Split('\n').ToHashSet(), before.Split('\n').ToHashSet());
        await WorkerRun.ToTheEndAsync(Folder, store);
        await AssertEqualToUndisturbedAsync(store);
    }

    private static async Task<string> DumpAsync(string store)
    {
        using var index = await StoreIndex.OpenAsync(store, Token);
        return await index.DumpAsync(Token);
    }

    private static string Sections(int seed, int count) =>
        string.Concat(Enumerable.Range(0, count).Select(i => $"# Part {i} of {seed}\n\nWhat {seed * 31 % 17} says about {i}: {new string((char)('a' + (seed + i) % 26), 1 + i % 40)}.\n\n"));

    private async Task AssertEqualToUndisturbedAsync(string store)
    {
        var undisturbed = StoreIn("undisturbed", StoreFile);
        await WorkerRun.ToTheEndAsync(Folder, undisturbed);
        var expected = await DumpAsync(undisturbed);
        Assert.Equal(expected, await DumpAsync(store));
    }

    private string StoreIn(string folder, string name) => Path.Combine(_root.CreateSubdirectory(folder).FullName, name);

    private void Write(string name, string text)
    {
        Directory.CreateDirectory(Folder);
        File.WriteAllText(Path.Combine(Folder, name), text);
    }
}
