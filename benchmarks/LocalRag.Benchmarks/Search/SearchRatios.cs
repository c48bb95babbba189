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
        using var store = await MeasureUpsertAsync(matrix, rows);
        var collection = store.GetCollection<int, Record>("rows");
        MeasureQueries(store, matrix, queries, rows);
        MeasureBatches(store, matrix, queries, rows);
        MeasureFaiss(store, matrix, queries, rows);
        await MeasureFilterAsync(collection, queries[0], rows);
        await MeasureFileAsync(store, rows);
        return 0;
    }

    /// <summary>The first store gets memory that the system has given to nobody before, which can take most of the time; the last one gets that of the first.</summary>
    private static async Task<InMemoryVectorStore> MeasureUpsertAsync(float[] matrix, int rows)
    {
        (await UpsertAsync(matrix, Math.Min(rows, 20_000))).Store.Dispose();
        var layout = new VectorLayout(Dimensions, MetricKind.Dot, typeof(float));
        var chunks = (rows + VectorChunk.MaxRows - 1) / VectorChunk.MaxRows;
        var touched = Stopwatches.Now(wall: false);
        var limit = Enumerable.Range(0, chunks).Select(_ => TouchChunk(layout)).ToArray();
        touched = Stopwatches.Now(wall: false) - touched;
        var (first, cold) = await UpsertAsync(matrix, rows);
        Console.WriteLine($"upsert, one thread, new memory:       {rows / cold:N0} vectors/s; {touched / cold:P0} of the time is what touching as much new memory takes");
        first.Dispose();
        Array.ForEach(limit, chunk => chunk.Dispose());
        (first, limit) = (null!, []);
        GC.Collect();
        GC.WaitForPendingFinalizers();
        var (store, warm) = await UpsertAsync(matrix, rows);
        Console.WriteLine($"upsert, one thread, used memory:      {rows / warm:N0} vectors/s");
        return store;
    }

    /// <summary>As much memory as a chunk takes, with a byte written to every page.</summary>
    private static unsafe NativeBuffer TouchChunk(VectorLayout layout)
    {
        var bytes = VectorChunk.MaxRows * ((long)layout.Stride * sizeof(float) + layout.CodeStride + 3 * sizeof(float));
        var buffer = new NativeBuffer(bytes);
        for (long i = 0; i < bytes; i += Environment.SystemPageSize)
            buffer.Pointer[i] = 1;
        return buffer;
    }

    private static async Task<(InMemoryVectorStore Store, double Seconds)> UpsertAsync(float[] matrix, int rows)
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

        return (store, seconds);
    }

    private static unsafe void MeasureQueries(InMemoryVectorStore store, float[] matrix, float[][] queries, int rows)
    {
        var snapshot = store.Database.Collections["rows"].Current;
        var vectors = snapshot.Table.Vectors[0];
        var next = 0;
        float[] Query() => queries[next++ % queries.Length];
        var scanned = vectors.Chunks.Sum(c => ScannedBytes(c, vectors.Layout));
        var times = Stopwatches.Best(
            rows > 200_000 ? 7 : 25,
            ("plain", () => PlainScan.Matrix(matrix, Dimensions, Query(), K)),
            ("codes", () => Search(snapshot, Query(), 1, false)),
            ("codes, all threads", () => Search(snapshot, Query(), Environment.ProcessorCount, false)),
            ("fp32", () => Search(snapshot, Query(), 1, true)),
            ("read", () => Array.ForEach(vectors.Chunks, Read)),
            ("read, all threads", () => Parallel.ForEach(vectors.Chunks, Read)));
        void Read(VectorChunk chunk) => Limits.Read((byte*)chunk.Codes, ScannedBytes(chunk, vectors.Layout));
        foreach (var query in queries.Take(20))
        {
            if (!PlainScan.Matrix(matrix, Dimensions, query, K).SequenceEqual(Search(snapshot, query, 2, false)))
                throw new InvalidOperationException("The store and the plain scan disagree.");
        }

        Console.WriteLine($"plain scan, one thread:               {times["plain"] * 1e3:F2} ms");
        Console.WriteLine($"store, one thread:                    {times["codes"] * 1e3:F2} ms, {times["plain"] / times["codes"]:F2} x the plain scan, {times["read"] / times["codes"]:P0} of read bandwidth ({scanned / times["read"] / 1e9:F1} GB/s)");
        Console.WriteLine($"store, all threads:                   {times["codes, all threads"] * 1e3:F2} ms, {times["plain"] / times["codes, all threads"]:F2} x, {times["read, all threads"] / times["codes, all threads"]:P0} of read bandwidth ({scanned / times["read, all threads"] / 1e9:F1} GB/s)");
        Console.WriteLine($"store without codes, one thread:      {times["fp32"] * 1e3:F2} ms, {times["plain"] / times["fp32"]:F2} x");
        MeasureLinq(matrix, Query, rows, times["codes"], times["codes, all threads"]);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Search(snapshot, queries[0], 1, false);
        Console.WriteLine($"allocated by a search, one thread:    {GC.GetAllocatedBytesForCurrentThread() - before} bytes");
    }

    /// <summary>
    /// The order of the dictionary decides how the records are met: numbers in order are met as they lie in memory, which
    /// the processor foresees; texts and GUIDs, by which passages are usually known, are met here and there.
    /// </summary>
    private static void MeasureLinq(float[] matrix, Func<float[]> query, int rows, double one, double all)
    {
        // Every record owns its vector, as records do that were embedded one by one or in batches.
        var records = Enumerable.Range(0, rows).Select(i => new Record { Id = i, Group = i % 100, Vector = matrix.AsSpan(i * Dimensions, Dimensions).ToArray() }).ToArray();
        var (numbers, texts) = (Create(records, i => i), Create(records, i => $"passage-{i}"));
        var asked = query();
        if (!Search(numbers, asked).SequenceEqual(PlainScan.Matrix(matrix, Dimensions, asked, K)))
            throw new InvalidOperationException("LINQ over records and the plain scan disagree.");

        // A large store is not searched often enough for the compiler to do its best, so a small one is searched before it.
        var small = Create(records.Take(1_000), i => i);
        for (var start = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(start).TotalSeconds < 1;)
            Search(small, asked);
        GC.Collect();
        var times = Stopwatches.Best(rows > 200_000 ? 5 : 25, ("numbers", () => Search(numbers, query())), ("texts", () => Search(texts, query())));
        Print("LINQ over records, keys in order:     ", times["numbers"]);
        Print("LINQ over records, keys as texts:     ", times["texts"]);

        LinqStore<Record> Create(IEnumerable<Record> kept, Func<int, object> key)
        {
            var linq = new LinqStore<Record>(nameof(Record.Vector), DistanceFunction.CosineSimilarity);
            foreach (var record in kept)
                linq.Upsert(key(record.Id), record);
            return linq;
        }

        int[] Search(LinqStore<Record> linq, float[] vector) => [.. linq.Search(vector, K).Select(r => r.Record.Id)];
        void Print(string name, double seconds) =>
            Console.WriteLine($"{name}{seconds * 1e3:F2} ms, the store is {seconds / one:F1} x faster on one thread, {seconds / all:F1} x on all");
    }

    private static void MeasureBatches(InMemoryVectorStore store, float[] matrix, float[][] queries, int rows)
    {
        var snapshot = store.Database.Collections["rows"].Current;
        var corpus = Enumerable.Range(0, rows).Select(i => new ReadOnlyMemory<float>(matrix, i * Dimensions, Dimensions)).ToArray();
        var asked = Array.ConvertAll(queries, q => new ReadOnlyMemory<float>(q));
        using var packed = BatchScan.Default.Pack(asked, Dimensions);
        var processors = Environment.ProcessorCount;
        var operations = 0d;
        var times = Stopwatches.Best(
            rows > 200_000 ? 3 : 20,
            ("plain", () => PlainScan.Matrix(matrix, Dimensions, queries[0], K)),
            ("packed", () => Batch(snapshot, packed, rows, 1)),
            ("packed, all threads", () => Batch(snapshot, packed, rows, processors)),
            ("semantic, all threads", () => SemanticSearch.Search(asked, corpus, K, score: ScoreFunction.Dot)),
            ("fma", () => operations = Limits.MultiplyAdd(20_000_000, out _)),
            ("fma, all threads", () => Parallel.For(0, processors, _ => Limits.MultiplyAdd(20_000_000, out var _))));
        var work = 2.0 * rows * Dimensions * Queries;
        Print("packed kernel, 100 queries, 1 thread: ", times["packed"], operations / times["fma"]);
        Print("packed kernel, all threads:           ", times["packed, all threads"], processors * operations / times["fma, all threads"]);
        // Over 100 %: most of its products are of bytes.
        Print("SemanticSearch, 100 queries:          ", times["semantic, all threads"], processors * operations / times["fma, all threads"]);

        void Print(string name, double seconds, double peak) =>
            Console.WriteLine($"{name}{seconds / Queries * 1e3:F3} ms per query, {times["plain"] / (seconds / Queries):F1} x the plain scan, {work / seconds / peak:P0} of FMA peak ({peak / 1e9:F0} GFLOP/s)");
    }

    /// <summary>FAISS is measured as it comes and with every combination of its threads and those of its BLAS, of which the best counts.</summary>
    private static void MeasureFaiss(InMemoryVectorStore store, float[] matrix, float[][] queries, int rows)
    {
        using var faiss = FaissFlat.TryCreate(matrix, Dimensions);
        if (faiss is null)
        {
            Console.WriteLine("FAISS:                                not measured; benchmarks/faiss/build makes the bridge to it");
            return;
        }

        var snapshot = store.Database.Collections["rows"].Current;
        var corpus = Enumerable.Range(0, rows).Select(i => new ReadOnlyMemory<float>(matrix, i * Dimensions, Dimensions)).ToArray();
        var asked = Array.ConvertAll(queries, q => new ReadOnlyMemory<float>(q));
        var all = queries.SelectMany(q => q).ToArray();
        var processors = Environment.ProcessorCount;
        var settings = new[] { (1, 1), (1, processors), (processors, 1), (processors, processors) }.Distinct().ToArray();
        var ours = SemanticSearch.Search(asked, corpus, K, score: ScoreFunction.Dot);
        if (!faiss.Search(all, K, processors, processors).SequenceEqual(ours.SelectMany(h => h).Select(h => (long)h.CorpusId)))
            throw new InvalidOperationException("The store and FAISS disagree.");
        var next = 0;
        float[] Query() => queries[next++ % queries.Length];
        var actions = new List<(string, Action)>
        {
            ("one, threads", () => Search(snapshot, Query(), processors, false)),
            ("one thread, on the wall of threads", () => Search(snapshot, Query(), 1, false)),
            ("batch, threads", () => SemanticSearch.Search(asked, corpus, K, score: ScoreFunction.Dot)),
        };
        foreach (var (threads, blas) in settings)
        {
            actions.Add(($"faiss one, threads {threads} {blas}", () => faiss.Search(Query(), K, threads, blas)));
            actions.Add(($"faiss batch, threads {threads} {blas}", () => faiss.Search(all, K, threads, blas)));
        }

        var times = Stopwatches.Best(rows > 200_000 ? 3 : 7, [.. actions]);
        var one = settings.Min(s => times[$"faiss one, threads {s.Item1} {s.Item2}"]);
        var batch = settings.Min(s => times[$"faiss batch, threads {s.Item1} {s.Item2}"]);
        var usual = times[$"faiss batch, threads {processors} {processors}"];
        Console.WriteLine($"FAISS {faiss.Version} IndexFlatIP, 1 query:      {one * 1e3:F2} ms at its best; the store is {one / times["one, threads"]:F1} x faster, {one / times["one thread, on the wall of threads"]:F1} x on one thread; same ids");
        Console.WriteLine($"FAISS {faiss.Version} IndexFlatIP, 100 queries:  {batch / Queries * 1e3:F3} ms per query at its best, {usual / Queries * 1e3:F3} with all threads; SemanticSearch is {batch / times["batch, threads"]:F1} x and {usual / times["batch, threads"]:F1} x faster");
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
            // In turns, the best of each: other guests use the disk too.
            double save = double.PositiveInfinity, write = double.PositiveInfinity;
            var bytes = 0L;
            for (var round = 0; round < 3; round++)
            {
                File.Delete(path);
                var begun = Stopwatch.GetTimestamp();
                await store.SaveAsync(path);
                save = Math.Min(save, Stopwatch.GetElapsedTime(begun).TotalSeconds);
                bytes = new FileInfo(path).Length;
                write = Math.Min(write, WritePlainly(path + ".plain", bytes));
            }

            Console.WriteLine($"save {bytes / 1e6:F0} MB:                          {save:F2} s, {write / save:P0} of writing as many bytes ({bytes / write / 1e9:F1} GB/s)");

            // A file of its own each time, for what is mapped cannot be evicted.
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
            var start = Stopwatch.GetTimestamp();
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

    private static double WritePlainly(string path, long bytes)
    {
        var start = Stopwatch.GetTimestamp();
        using (var file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None, 1, FileOptions.DeleteOnClose))
        {
            var block = new byte[1 << 20];
            for (long written = 0; written < bytes; written += block.Length)
                file.Write(block);
            file.Flush(flushToDisk: true);
        }

        return Stopwatch.GetElapsedTime(start).TotalSeconds;
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

    private static unsafe void Batch(Snapshot snapshot, NativeBuffer packed, int rows, int threads)
    {
        var vectors = snapshot.Table.Vectors[0];
        var next = -1;
        Parallel.For(0, threads, new ParallelOptions { MaxDegreeOfParallelism = threads }, _ =>
        {
            var best = new TopK[Queries];
            for (var i = 0; i < best.Length; i++)
                best[i] = new TopK(K);
            for (var i = Interlocked.Increment(ref next); i < vectors.Chunks.Length; i = Interlocked.Increment(ref next))
            {
                var first = i * VectorChunk.MaxRows;
                BatchScan.Default.Scan(packed, vectors.Chunks[i].Rows, vectors.Layout.Stride, Dimensions, Math.Min(VectorChunk.MaxRows, rows - first), first, best);
            }

            foreach (ref var heap in best.AsSpan())
                heap.Dispose();
        });
    }

    /// <summary>What a scan of a chunk must read: its codes, and the three numbers per row behind them.</summary>
    private static long ScannedBytes(VectorChunk chunk, VectorLayout layout) => (long)chunk.Capacity * (layout.CodeStride + 3 * sizeof(float));

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
