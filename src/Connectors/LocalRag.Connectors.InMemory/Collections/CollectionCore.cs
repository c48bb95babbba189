using System.Linq.Expressions;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.VectorData;
using Microsoft.Extensions.VectorData.ProviderServices;

namespace LocalRag.Connectors.InMemory;

/// <summary>The operations behind the two public collection classes.</summary>
internal sealed partial class CollectionCore<TKey, TRecord>(CollectionSettings settings)
    where TKey : notnull
    where TRecord : class
{
    // A search over more floats than this leaves the caller's thread.
    private const long InlineFloats = 1L << 20;

    private BoundCollection<TRecord>? _bound;
    private volatile bool _disposed;

    public CollectionSettings Settings => settings;

    public VectorStoreCollectionMetadata Metadata { get; } = settings.CreateMetadata();

    private InMemoryDatabase Database
    {
        get
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            return settings.Database;
        }
    }

    public void Dispose() => _disposed = true;

    public bool Exists() => Database.Collections.ContainsKey(settings.Name);

    public Task EnsureExistsAsync()
    {
        Database.Ensure(settings.Name, settings.CreateSchema(), new KeywordAnalyzer(settings.KeywordAnalysis));
        return settings.Database.CommitAsync();
    }

    public Task EnsureDeletedAsync()
    {
        Database.Remove(settings.Name);
        return settings.Database.CommitAsync();
    }

    public TRecord? Get(TKey key, RecordRetrievalOptions? options)
    {
        using var operation = StoreTelemetry.Start("get", settings);
        var includeVectors = CheckIncludeVectors(options?.IncludeVectors);
        var bound = Bind();
        var snapshot = bound.Data.Current;
        var row = Find(snapshot, key);
        return row < 0 ? null : bound.Read(snapshot.Table, row, includeVectors);
    }

    /// <summary>All keys against one snapshot, in the order of the keys.</summary>
    public IEnumerable<TRecord> Get(IReadOnlyList<TKey> keys, RecordRetrievalOptions? options, CancellationToken cancellationToken)
    {
        var includeVectors = CheckIncludeVectors(options?.IncludeVectors);
        var bound = Bind();
        var snapshot = bound.Data.Current;
        foreach (var key in keys)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (Find(snapshot, key) is >= 0 and var row)
                yield return bound.Read(snapshot.Table, row, includeVectors);
        }
    }

    public IEnumerable<TRecord> Get(Expression<Func<TRecord, bool>> filter, int top, FilteredRecordRetrievalOptions<TRecord>? options, CancellationToken cancellationToken)
    {
        var includeVectors = CheckIncludeVectors(options?.IncludeVectors);
        var bound = Bind();
        var snapshot = bound.Data.Current;
        var (matches, candidates) = bound.Compile(filter, snapshot);
        var rows = Matching(snapshot, matches!, candidates, cancellationToken);
        if (options?.OrderBy is { } orderBy)
            rows = Sort(rows, orderBy(new()), snapshot.Table);
        foreach (var row in rows.Skip(options?.Skip ?? 0).Take(top))
            yield return bound.Read(snapshot.Table, row, includeVectors);
    }

    public Task DeleteAsync(IReadOnlyList<TKey> keys)
    {
        var boxed = new object[keys.Count];
        for (var i = 0; i < boxed.Length; i++)
            boxed[i] = keys[i] ?? throw new ArgumentException($"Key {i} is null.", nameof(keys));
        using var operation = StoreTelemetry.Start("delete", settings);
        operation.SetBatchSize(boxed.Length);
        Bind().Data.Delete(boxed);
        return settings.Database.CommitAsync();
    }

    public async Task UpsertAsync(TRecord[] records, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        using var operation = StoreTelemetry.Start("upsert", settings);
        operation.SetBatchSize(records.Length);
        try
        {
            // Found out before any embedding is paid for.
            var bound = Bind();
            if (records.Length == 0)
                return;
            var staged = await Upserts.StageAsync(settings, bound, records, cancellationToken).ConfigureAwait(false);
            cancellationToken.ThrowIfCancellationRequested();
            bound.Data.Upsert(staged);
            await settings.Database.CommitAsync().ConfigureAwait(false);
        }
        catch (Exception error)
        {
            operation.Fail(error);
            throw;
        }
    }

    public async IAsyncEnumerable<VectorSearchResult<TRecord>> SearchAsync<TInput>(
        TInput value, int top, VectorSearchOptions<TRecord> options, [EnumeratorCancellation] CancellationToken cancellationToken)
        where TInput : notnull
    {
        using var operation = StoreTelemetry.Start("search", settings);
        var includeVectors = CheckIncludeVectors(options.IncludeVectors);
        var property = settings.Model.GetVectorPropertyOrSingle(options);
        QueryVectors.Check(settings, property, value);
        Bind();
        var query = await QueryVectors.CreateAsync(settings, property, value, cancellationToken).ConfigureAwait(false);
        var bound = Bind();
        var snapshot = bound.Data.Current;
        var (matches, candidates) = bound.Compile(options.Filter, snapshot);
        var index = CheckQuery(bound, snapshot, property, query.Vector, query.Space);
        var hits = await FindNearestAsync(snapshot, index, query.Vector, Limit(top, options.Skip), matches, candidates, cancellationToken).ConfigureAwait(false);
        operation.SetReturnedRows(Math.Max(0, hits.Length - options.Skip));
        var metric = bound.Metrics[index];
        for (var i = options.Skip; i < hits.Length; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var score = metric.ToScore(hits[i].Key);
            if (!metric.Passes(score, options.ScoreThreshold))
                yield break;
            yield return new VectorSearchResult<TRecord>(bound.Read(snapshot.Table, hits[i].Row, includeVectors), score);
        }
    }

    private static int Limit(int top, int skip) => (int)Math.Min(int.MaxValue, (long)top + skip);

    private static IEnumerable<int> Matching(Snapshot snapshot, Func<int, bool> matches, int[]? candidates, CancellationToken cancellationToken)
    {
        var checkedRows = 0;
        foreach (var row in candidates ?? Enumerable.Range(0, snapshot.RowCount))
        {
            if ((++checkedRows & 0xFFF) == 0)
                cancellationToken.ThrowIfCancellationRequested();
            if (snapshot.IsLive(row) && matches(row))
                yield return row;
        }
    }

    private int[] Sort(IEnumerable<int> rows, FilteredRecordRetrievalOptions<TRecord>.OrderByDefinition order, Table table)
    {
        var columns = order.Values.Select(sort => (Column: ColumnOf(settings.Model.GetDataOrKeyProperty(sort.PropertySelector), table), sort.Ascending)).ToArray();
        var sorted = rows.ToArray();
        Array.Sort(sorted, (left, right) =>
        {
            foreach (var (column, ascending) in columns)
            {
                if (column.Compare(left, right) is not 0 and var difference)
                    return ascending ? difference : -difference;
            }

            return left.CompareTo(right);
        });
        return sorted;
    }

    private static Column ColumnOf(PropertyModel property, Table table) => property switch
    {
        KeyPropertyModel => table.KeyColumn,
        DataPropertyModel => table.Data[table.Schema.IndexOfData(property.StorageName)],
        _ => throw new InvalidOperationException($"Property '{property.ModelName}' is a vector and has no order. Sort by a key or data property."),
    };

    private static int Find(Snapshot snapshot, TKey key) =>
        snapshot.Resolve(snapshot.Table.Keys is KeyIndex<TKey> typed ? typed.Find(key) : snapshot.Table.Keys.Find(key));

    private bool CheckIncludeVectors(bool? includeVectors) =>
        includeVectors == true && settings.Model.EmbeddingGenerationRequired
            ? throw new NotSupportedException(VectorDataStrings.IncludeVectorsNotSupportedWithEmbeddingGeneration)
            : includeVectors == true;

    private int CheckQuery(BoundCollection<TRecord> bound, Snapshot snapshot, VectorPropertyModel property, ReadOnlyMemory<float> query, string? space)
    {
        var index = bound.IndexOfVector(property.StorageName);
        var schema = bound.Schema.Vectors[index];
        if (query.Length != schema.Dimensions)
            throw Errors.WrongDimensions(settings.Name, schema.Dimensions, "the query", query.Length);
        if (space is not null && snapshot.Spaces[index] is { } stored && stored != space)
            throw Errors.WrongSpace(settings.Name, schema.Name, stored, space);
        return index;
    }

    private Task<Hit[]> FindNearestAsync(
        Snapshot snapshot, int vectorIndex, ReadOnlyMemory<float> vector, int top, Func<int, bool>? matches, int[]? candidates, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var vectors = snapshot.Table.Vectors[vectorIndex];
        var rows = candidates?.Length ?? snapshot.RowCount;
        return (long)rows * vectors.Layout.Stride <= InlineFloats ? Task.FromResult(Search()) : Task.Run(Search, cancellationToken);

        Hit[] Search()
        {
            if (vectors.Layout.IsCompact)
                return new CompactSearch(snapshot, vectors, new CompactQuery(vectors.Layout, vector.Span), matches, candidates).Search(top, settings.MaxSearchThreads, cancellationToken);
            using var query = new PreparedQuery(vectors.Layout, vector.Span);
            return SearchEngine.Default.Search(new ScanRequest(snapshot, vectors, query, matches, candidates), top, settings.MaxSearchThreads, cancellationToken);
        }
    }

    /// <summary>Takes the collection of this name out of a loaded file.</summary>
    public Task AdoptAsync(List<CollectionData> loaded, string file)
    {
        var own = loaded.Find(c => c.Name == settings.Name)
            ?? throw new InvalidDataException($"'{file}' holds no collection '{settings.Name}', only {string.Join(", ", loaded.Select(c => $"'{c.Name}'"))}. Open the collection by the name it was saved under.");
        SchemaCompatibility.Open(own, settings.CreateSchema());
        Database.Replace([own]);
        return settings.Database.CommitAsync();
    }

    public BoundCollection<TRecord> Bind()
    {
        if (!Database.Collections.TryGetValue(settings.Name, out var data))
            throw Errors.CollectionMissing(settings.Name);
        var bound = Volatile.Read(ref _bound);
        if (bound is null || bound.Data != data || bound.Schema != data.Schema)
        {
            SchemaCompatibility.Open(data, settings.CreateSchema());
            Volatile.Write(ref _bound, bound = new BoundCollection<TRecord>(settings, data));
        }

        return bound;
    }
}
