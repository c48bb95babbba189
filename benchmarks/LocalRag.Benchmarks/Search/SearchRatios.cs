using System.Diagnostics;
using System.Globalization;
using LocalRag.Connectors.InMemory;
using Microsoft.Extensions.VectorData;

namespace LocalRag.Benchmarks.Search;

/// <summary>Compares the store with the machine's limits and with plain scans, as ratios in one run: <c>ratios search [rows]</c>.</summary>
internal static class SearchRatios
{
    private const int Dimensions = 384;
    private const int K = 10;
    private const int Queries = 100;

    public static async Task<int> RunAsync(string[] args)
    {
        var rows = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 100_000;
        var random = new Random(1);
        var matrix = RandomRows(random, rows);
        var queries = Enumerable.Range(0, Queries).Select(_ => RandomRows(random, 1)).ToArray();
        Console.WriteLine($"{rows:N0} rows, d = {Dimensions}, {Environment.ProcessorCount} processors, {SearchEngine.Default.GetType().GenericTypeArguments[0].Name}");
        // The first store pays for compiled code and for memory that the system has not given out before.
        await UpsertAsync(matrix, rows, "the first time");
        await UpsertAsync(matrix, rows, "again");
        GC.Collect();
        GC.WaitForPendingFinalizers();
        using var store = await UpsertAsync(matrix, rows, "once more");
        var collection = store.GetCollection<int, Record>("rows");
        MeasureQueries(store, matrix, queries, rows);
        MeasureBatches(store, matrix, queries, rows);
        await MeasureFilterAsync(collection, queries[0], rows);
        await MeasureFileAsync(store, rows);
        return 0;
    }

    private static async Task<InMemoryVectorStore> UpsertAsync(float[] matrix, int rows, string when)
    {
        var store = new InMemoryVectorStore();
        var collection = store.GetCollection<int, Record>("rows");
        await collection.EnsureCollectionExistsAsync();
        var seconds = 0d;
        foreach (var chunk in Enumerable.Range(0, rows).Chunk(10_000))
        {
            var records = chunk.Select(i => new Record { Id = i, Group = i % 100, Vector = matrix.AsMemory(i * Dimensions, Dimensions) }).ToArray();
            // Nothing is awaited in a store without a generator, so the thread stays the same.
            var start = Stopwatches.Now(wall: false);
            await collection.UpsertAsync(records);
            seconds += Stopwatches.Now(wall: false) - start;
        }

        Console.WriteLine($"upsert, one thread, {when}:   {rows / seconds:N0} vectors/s");
        return store;
    }

    private static unsafe void MeasureQueries(InMemoryVectorStore store, float[] matrix, float[][] queries, int rows)
    {
        var snapshot = store.Database.Collections["rows"].Current;
        var vectors = snapshot.Table.Vectors[0];
        var records = rows > 200_000 ? null : Enumerable.Range(0, rows).ToDictionary(i => (object)i, i => (object)new PlainScan.Row(i, new ReadOnlyMemory<float>(matrix, i * Dimensions, Dimensions)));
        var next = 0;
        float[] Query() => queries[next++ % queries.Length];
        var codeBytes = (long)rows * vectors.Layout.CodeStride;
        var times = Stopwatches.Best(
            rows > 200_000 ? 7 : 25,
            ("plain", () => PlainScan.Matrix(matrix, Dimensions, Query(), K)),
            ("codes", () => Search(snapshot, Query(), 1, false)),
            ("codes, all threads", () => Search(snapshot, Query(), Environment.ProcessorCount, false)),
            ("fp32", () => Search(snapshot, Query(), 1, true)),
            ("read", () =>
            {
                foreach (var chunk in vectors.Chunks)
                    Limits.Read((byte*)chunk.Codes, Math.Min(chunk.Capacity, rows) * (long)vectors.Layout.CodeStride);
            }
        ));
        foreach (var query in queries.Take(20))
        {
            if (!PlainScan.Matrix(matrix, Dimensions, query, K).SequenceEqual(Search(snapshot, query, 2, false)))
                throw new InvalidOperationException("The store and the plain scan disagree.");
        }

        Console.WriteLine($"plain scan, one thread:               {times["plain"] * 1e3:F2} ms");
        Console.WriteLine($"store, one thread:                    {times["codes"] * 1e3:F2} ms, {times["plain"] / times["codes"]:F2} x the plain scan, {times["read"] / times["codes"]:P0} of read bandwidth ({codeBytes / times["read"] / 1e9:F1} GB/s)");
        Console.WriteLine($"store, all threads:                   {times["codes, all threads"] * 1e3:F2} ms, {times["plain"] / times["codes, all threads"]:F2} x");
        Console.WriteLine($"store without codes, one thread:      {times["fp32"] * 1e3:F2} ms, {times["plain"] / times["fp32"]:F2} x");
        if (records is not null)
        {
            var linq = Stopwatches.Best(3, ("linq", () => PlainScan.Linq(records, Query(), K)));
            Console.WriteLine($"LINQ over records:                    {linq["linq"] * 1e3:F2} ms, the store is {linq["linq"] / times["codes, all threads"]:F1} x faster");
        }

        var before = GC.GetAllocatedBytesForCurrentThread();
        Search(snapshot, queries[0], 1, false);
        Console.WriteLine($"allocated by a search, one thread:    {GC.GetAllocatedBytesForCurrentThread() - before} bytes");
    }

    private static void MeasureBatches(InMemoryVectorStore store, float[] matrix, float[][] queries, int rows)
    {
        var snapshot = store.Database.Collections["rows"].Current;
        var corpus = Enumerable.Range(0, rows).Select(i => new ReadOnlyMemory<float>(matrix, i * Dimensions, Dimensions)).ToArray();
        var asked = Array.ConvertAll(queries, q => new ReadOnlyMemory<float>(q));
        using var packed = BatchScan.Default.Pack(asked, Dimensions);
        var operations = 0d;
        var times = Stopwatches.Best(
            rows > 200_000 ? 2 : 5,
            ("plain", () => PlainScan.Matrix(matrix, Dimensions, queries[0], K)),
            ("packed", () => Batch(snapshot, packed, rows)),
            ("all threads", () => SemanticSearch.Search(asked, corpus, K, score: ScoreFunction.Dot)),
            ("fma", () => operations = Limits.MultiplyAdd(20_000_000, out _)));
        var peak = operations / times["fma"];
        var work = 2.0 * rows * Dimensions * Queries;
        Console.WriteLine($"packed kernel, 100 queries, 1 thread: {times["packed"] / Queries * 1e3:F3} ms per query, {times["plain"] / (times["packed"] / Queries):F1} x the plain scan, {work / times["packed"] / peak:P0} of FMA peak ({peak / 1e9:F0} GFLOP/s)");
        Console.WriteLine($"SemanticSearch, 100 queries:          {times["all threads"] / Queries * 1e3:F3} ms per query, {times["plain"] / (times["all threads"] / Queries):F1} x the plain scan, {work / times["all threads"] / peak / Environment.ProcessorCount:P0} of FMA peak of all threads");
    }

    private static async Task MeasureFilterAsync(InMemoryCollection<int, Record> collection, float[] query, int rows)
    {
        async Task<int> IndexedAsync() => await collection.SearchAsync(query, K, new() { Filter = r => r.Group == 42 }).CountAsync();
        async Task<int> AfterwardsAsync() => await collection.SearchAsync(query, rows).Where(r => r.Record.Group == 42).Take(K).CountAsync();
        await IndexedAsync();
        var times = Stopwatches.Best(3, ("indexed, threads", () => IndexedAsync().GetAwaiter().GetResult()), ("afterwards, threads", () => AfterwardsAsync().GetAwaiter().GetResult()));
        Console.WriteLine($"1 % filter on an indexed property:    {times["indexed, threads"] * 1e3:F2} ms, {times["afterwards, threads"] / times["indexed, threads"]:F0} x faster than filtering after a full scan");
    }

    private static async Task MeasureFileAsync(InMemoryVectorStore store, int rows)
    {
        var path = Path.Combine(Path.GetTempPath(), $"localrag-{Guid.NewGuid():N}");
        try
        {
            var start = Stopwatch.GetTimestamp();
            await store.SaveAsync(path);
            var save = Stopwatch.GetElapsedTime(start).TotalSeconds;
            var bytes = new FileInfo(path).Length;
            start = Stopwatch.GetTimestamp();
            using (var plain = new FileStream(path + ".plain", FileMode.Create, FileAccess.Write, FileShare.None, 1, FileOptions.DeleteOnClose))
            {
                var block = new byte[1 << 20];
                for (long written = 0; written < bytes; written += block.Length)
                    plain.Write(block);
                plain.Flush(flushToDisk: true);
            }

            var limit = Stopwatch.GetElapsedTime(start).TotalSeconds;
            Console.WriteLine($"save {bytes / 1e6:F0} MB:                       {save:F2} s, {limit / save:P0} of writing as many bytes");

            // In turns, the best of each: other guests use the disk too. A file of its own each time, for what is mapped cannot be evicted.
            double read = double.PositiveInfinity, verified = double.PositiveInfinity;
            var isCold = true;
            for (var round = 0; round < 3; round++)
            {
                var copy = $"{path}.{round}";
                File.Copy(path, copy);
                isCold &= DiskCache.Evict(copy);
                read = Math.Min(read, ReadPlainly(copy));
                isCold &= DiskCache.Evict(copy);
                verified = Math.Min(verified, await LoadWholeAsync(copy));
                File.Delete(copy);
            }

            Console.WriteLine($"load from {(isCold ? "the disk" : "memory")}, all checked:      {verified:F2} s, {read / verified:P0} of reading as many bytes ({bytes / read / 1e9:F1} GB/s)");
            isCold = DiskCache.Evict(path);
            using var loaded = new InMemoryVectorStore();
            start = Stopwatch.GetTimestamp();
            await loaded.LoadAsync(path);
            var load = Stopwatch.GetElapsedTime(start).TotalSeconds;
            start = Stopwatch.GetTimestamp();
            await loaded.GetCollection<int, Record>("rows").SearchAsync(new float[Dimensions].Select((_, i) => i + 1f).ToArray(), K).CountAsync();
            Console.WriteLine($"load from {(isCold ? "the disk" : "memory")}:                   {load:F2} s, first search {Stopwatch.GetElapsedTime(start).TotalMilliseconds:F0} ms");
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static double ReadPlainly(string path)
    {
        var start = Stopwatch.GetTimestamp();
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1, FileOptions.SequentialScan);
        var block = new byte[1 << 20];
        while (file.Read(block) > 0)
        {
        }

        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    private static async Task<double> LoadWholeAsync(string path)
    {
        using var store = new InMemoryVectorStore();
        var start = Stopwatch.GetTimestamp();
        await store.LoadAsync(path, verifyOnLoad: true);
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    private static int[] Search(Snapshot snapshot, float[] query, int threads, bool exact)
    {
        var vectors = snapshot.Table.Vectors[0];
        using var prepared = new PreparedQuery(vectors.Layout, query);
        return Array.ConvertAll(SearchEngine.Default.Search(new ScanRequest(snapshot, vectors, prepared, ForceExact: exact), K, threads, CancellationToken.None), h => h.Row);
    }

    private static unsafe void Batch(Snapshot snapshot, NativeBuffer packed, int rows)
    {
        var vectors = snapshot.Table.Vectors[0];
        var best = new TopK[Queries];
        for (var i = 0; i < best.Length; i++)
            best[i] = new TopK(K);
        for (var i = 0; i < vectors.Chunks.Length; i++)
        {
            var first = i * VectorChunk.MaxRows;
            BatchScan.Default.Scan(packed, vectors.Chunks[i].Rows, vectors.Layout.Stride, Dimensions, Math.Min(VectorChunk.MaxRows, rows - first), first, best);
        }

        foreach (ref var heap in best.AsSpan())
            heap.Dispose();
    }

    private static float[] RandomRows(Random random, int rows)
    {
        var matrix = new float[rows * Dimensions];
        for (var i = 0; i < matrix.Length; i++)
            matrix[i] = (float)(random.NextDouble() + random.NextDouble() + random.NextDouble() - 1.5);
        VectorSimilarity.NormalizeRows(matrix, Dimensions);
        return matrix;
    }

    public sealed class Record
    {
        [VectorStoreKey]
        public int Id { get; set; }

        [VectorStoreData(IsIndexed = true)]
        public int Group { get; set; }

        [VectorStoreVector(Dimensions, DistanceFunction = DistanceFunction.DotProductSimilarity)]
        public ReadOnlyMemory<float> Vector { get; set; }
    }
}
