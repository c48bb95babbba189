using System.Linq.Expressions;

namespace LocalRag.Connectors.InMemory;

/// <summary>A record type joined with the columns of an existing collection.</summary>
internal sealed class BoundCollection<TRecord>
    where TRecord : class
{
    private readonly CollectionSettings _settings;
    private readonly PropertyBinding<TRecord> _key;
    private readonly PropertyBinding<TRecord>?[] _data;
    private readonly FilterCompiler _filters;

    public BoundCollection(CollectionSettings settings, CollectionData data)
    {
        _settings = settings;
        Data = data;
        var table = data.Current.Table;
        Schema = table.Schema;
        _key = PropertyBinding<TRecord>.Create(settings.Model.KeyProperty);
        _data = [.. Schema.Data.Select(column => settings.Model.DataProperties.FirstOrDefault(p => p.StorageName == column.Name) is { } property ? PropertyBinding<TRecord>.Create(property) : null)];
        Vectors = [.. Schema.Vectors.Select(column => settings.Model.VectorProperties.FirstOrDefault(p => p.StorageName == column.Name) is { } property ? VectorBinding<TRecord>.Create(property) : null)];
        Metrics = [.. Schema.Vectors.Select(v => Metric.Get(v.DistanceFunction))];
        _filters = new FilterCompiler(new FilterBinding(settings.Model, table));
    }

    public CollectionData Data { get; }

    public CollectionSchema Schema { get; }

    /// <summary>Per stored vector property, how this record type reaches it; null where it has no such property.</summary>
    public VectorBinding<TRecord>?[] Vectors { get; }

    public Metric[] Metrics { get; }

    /// <summary>Fills every column but the vectors of an unpublished row.</summary>
    public void Write(TRecord record, Table table, int row)
    {
        _key.Write(record, table.KeyColumn, row);
        for (var i = 0; i < _data.Length; i++)
        {
            if (_data[i] is { } binding)
                binding.Write(record, table.Data[i], row);
            else
                table.Data[i].SetDefault(row);
        }
    }

    public TRecord Read(Table table, int row, bool includeVectors)
    {
        var record = _settings.Model.CreateRecord<TRecord>();
        _key.Read(table.KeyColumn, row, record);
        for (var i = 0; i < _data.Length; i++)
            _data[i]?.Read(table.Data[i], row, record);
        for (var i = 0; includeVectors && i < Vectors.Length; i++)
        {
            if (Vectors[i] is { } binding && !table.Vectors[i].IsMissing(row) && VectorValues.ElementOf(binding.Property.Type) is not null)
                binding.Set(record, table.Vectors[i].Get(row));
        }

        return record;
    }

    /// <summary>A filter ready to be asked about rows, and the only rows that may pass where an index knows them.</summary>
    public (Func<int, bool>? Matches, int[]? Candidates) Compile(Expression<Func<TRecord, bool>>? filter, Snapshot snapshot)
    {
        if (filter is null)
            return (null, null);
        var (plan, constants) = _filters.Compile(filter);
        var context = new FilterContext(snapshot.Table.FilterColumns, constants, row => Read(snapshot.Table, row, includeVectors: true));
        // Past a quarter of the rows, the scan that asks the filter last is faster.
        var candidates = plan.Candidates(snapshot.Table, snapshot.RowCount, constants, snapshot.RowCount / 4);
        return (row => plan.Predicate(context, row), candidates);
    }

    public int IndexOfVector(string storageName) => Schema.IndexOfVector(storageName);
}
