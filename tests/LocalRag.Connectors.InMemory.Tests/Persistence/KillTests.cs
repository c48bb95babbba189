using System.Globalization;
using LocalRag.Connectors.InMemory.Worker;

namespace LocalRag.Connectors.InMemory.Tests.Persistence;

public sealed class KillTests : IDisposable
{
    private const int Kills = 15;
    private static readonly CancellationToken Token = TestContext.Current.CancellationToken;
    private readonly string _directory = Directory.CreateTempSubdirectory("localrag-kill").FullName;

    private string File => Path.Combine(_directory, "store");

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task A_kill_while_saving_leaves_the_old_file_or_the_new_one()
    {
        var random = new Random(11);
        int oldOnes = 0, saved = 0;
        for (var kill = 0; kill < Kills; kill++)
        {
            using var worker = KilledProcess.Start("save", File, saved + 1);
            var begun = WaitFor(worker, "saving", saved + 1 + random.Next(3));
            // Near the end lie the flush and the rename.
            WaitForBytes(worker, random.Next(4) == 0 ? long.MaxValue : random.NextInt64(Work.SavedRows * Item.Dimensions * 5L));
            foreach (var line in worker.Kill())
            {
                if (line.StartsWith("saved ", StringComparison.Ordinal))
                    saved = Number(line);
                else if (line.StartsWith("saving ", StringComparison.Ordinal))
                    begun = Number(line);
            }

            saved = Math.Max(saved, begun - 1);
            if (saved == 0 && !System.IO.File.Exists(File))
                continue;
            var found = await LoadAsync();
            Assert.InRange(found, saved, begun);
            oldOnes += found < begun ? 1 : 0;
            saved = found;
        }

        // Otherwise every kill came too late to prove anything.
        Assert.True(oldOnes >= Kills / 3, $"{oldOnes} kills of {Kills} came in time.");

        // What the killed ones have left goes with the next save.
        using var store = new InMemoryVectorStore();
        await store.SaveAsync(File, Token);
        Assert.Equal([File], Directory.GetFiles(_directory));
    }

    [Fact]
    public async Task A_kill_while_recording_loses_no_acknowledged_change()
    {
        var random = new Random(5);
        var changes = 0;
        for (var kill = 0; kill < Kills; kill++)
        {
            using var worker = KilledProcess.Start("journal", File, changes);
            var wanted = random.Next(60);
            for (var i = 0; i < wanted; i++)
                changes = Number(worker.ReadLine()) + 1;
            foreach (var line in worker.Kill())
                changes = Number(line) + 1;

            using var store = new InMemoryVectorStore(new() { JournalPath = File });
            var items = store.GetCollection<int, Item>(Work.Collection);
            await items.EnsureCollectionExistsAsync(Token);
            var found = await VersionsAsync(items);
            var acknowledged = await VersionsAsync(await ReplayAsync(changes));
            if (!found.SequenceEqual(acknowledged))
            {
                // The change that was under way may be there as well, whole.
                Assert.Equal(await VersionsAsync(await ReplayAsync(++changes)), found);
            }
        }

        Assert.True(changes > 100, $"Only {changes} changes.");
    }

    private static int WaitFor(KilledProcess worker, string what, int number)
    {
        while (true)
        {
            var line = worker.ReadLine();
            if (line == $"{what} {number}")
                return number;
        }
    }

    /// <summary>Returns when the file that is being written has that many bytes, or has taken its name.</summary>
    private void WaitForBytes(KilledProcess worker, long bytes)
    {
        var seen = false;
        while (!worker.HasExited)
        {
            var length = Directory.EnumerateFiles(_directory, "store.*.tmp").Select(f => new FileInfo(f)).Where(f => f.Exists).Select(f => f.Length).DefaultIfEmpty(-1).Max();
            if (length >= bytes || (seen && length < 0))
                return;
            seen |= length >= 0;
        }
    }

    private async Task<int> LoadAsync()
    {
        using var store = new InMemoryVectorStore();
        await store.LoadAsync(File, verifyOnLoad: true, Token);
        var items = await store.GetCollection<int, Item>(Work.Collection).GetAsync(_ => true, int.MaxValue, new() { IncludeVectors = true }, Token).ToListAsync(Token);
        Assert.Equal(Enumerable.Range(0, Work.SavedRows), items.Select(i => i.Id).Order());
        Assert.All(items, item => Assert.True(item.IsWhole()));
        return Assert.Single(items.Select(i => i.Version).Distinct());
    }

    private static async Task<InMemoryCollection<int, Item>> ReplayAsync(int changes)
    {
        var items = new InMemoryCollection<int, Item>(Work.Collection);
        await items.EnsureCollectionExistsAsync(Token);
        // Earlier changes are covered by later ones, apart from the single records.
        for (var change = 0; change < changes; change++)
            await Work.ChangeAsync(items, change);
        return items;
    }

    private static async Task<List<(int, int)>> VersionsAsync(InMemoryCollection<int, Item> items)
    {
        var all = await items.GetAsync(_ => true, int.MaxValue, new() { IncludeVectors = true }, Token).ToListAsync(Token);
        Assert.All(all, item => Assert.True(item.IsWhole()));
        return [.. all.Select(i => (i.Id, i.Version)).Order()];
    }

    private static int Number(string line) => int.Parse(line.Split(' ')[1], CultureInfo.InvariantCulture);
}
