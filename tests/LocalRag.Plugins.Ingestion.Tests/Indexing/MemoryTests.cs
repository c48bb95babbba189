using LocalRag.Connectors.InMemory;
using LocalRag.Plugins.Ingestion.Worker;

namespace LocalRag.Plugins.Ingestion.Tests.Indexing;

/// <summary>How much is alive while a folder is indexed. Alone, as the heap is shared by all tests that run.</summary>
[Collection(nameof(MemoryTests))]
[CollectionDefinition(nameof(MemoryTests), DisableParallelization = true)]
public sealed class MemoryTests : IDisposable
{
    private const int FileBytes = 4 << 20;
    private const int Files = 16;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("localrag-memory");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Delete(recursive: true);

    // As text the folder has 128 MB, 8 MB a file. Alive at once are four files at the most (in the batch, in the queue, before it, being cut), one
    // of them with its bytes and the cutter's notes; how many depends on which side is faster at the moment.
    [Fact]
    public async Task Memory_does_not_grow_with_the_folder()
    {
        for (var i = 0; i < Files; i++)
        {
            Write($"{i:00}.txt", FileBytes);
        }

        Assert.InRange(await PeakAsync(), long.MinValue, 80L << 20);
    }

    // Its bytes, its text (twice as much) and what the cutter notes down: 86 MB when this was written.
    [Fact]
    public async Task A_large_file_costs_a_few_times_its_size()
    {
        Write("large.txt", 6 * FileBytes);

        Assert.InRange(await PeakAsync(), 6 * FileBytes, 105L << 20);
    }

    private async Task<long> PeakAsync()
    {
        using var generator = new LetterGenerator();
        using var store = new InMemoryVectorStore();
        var heap = new HeapSampler();
        using var passages = new DiscardedPassages(generator, () => heap.Sample(every: 16));
        var size = new ChunkSize(256, countTokens: text =>
        {
            heap.Sample(every: 100_000);
            return (text.Length + 3) / 4;
        });
        using var indexer = new DocumentIndexer(passages, store.GetCollection<string, SourceDocument>("documents"), new HeadingChunker(size), generator);
        var report = await indexer.SynchronizeAsync(FolderListing.Of(_folder.FullName, cancellationToken: Token), cancellationToken: Token);

        Assert.Empty(report.Failed);
        Assert.Equal(report.PassagesWritten, passages.Count);
        TestContext.Current.TestOutputHelper!.WriteLine($"{heap.Growth >> 20} MB, {report.PassagesWritten} passages in {report.Elapsed.TotalSeconds:F1} s");
        return heap.Growth;
    }

    private void Write(string name, int bytes)
    {
        var random = new Random(name.GetHashCode(StringComparison.Ordinal) & 1);
        using var writer = new StreamWriter(Path.Combine(_folder.FullName, name));
        for (var written = 0; written < bytes;)
        {
            var line = $"Line {random.Next()} tells of {random.Next()} things, and of others.{(random.Next(8) == 0 ? "\n" : "")}\n";
            writer.Write(line);
            written += line.Length;
        }
    }
}
