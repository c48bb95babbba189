using Microsoft.Extensions.VectorData.ProviderServices;

namespace LocalRag.Connectors.InMemory;

/// <summary>Which column of a collection stands behind a property of the record type that a filter is written for.</summary>
internal sealed class FilterBinding
{
    private readonly Dictionary<string, int> _columns = new(StringComparer.Ordinal);
    private readonly CollectionModel _model;

    public FilterBinding(CollectionModel model, Table table)
    {
        _model = model;
        Columns = table.FilterColumns;
        _columns[model.KeyProperty.ModelName] = 0;
        foreach (var property in model.DataProperties)
            _columns[property.ModelName] = 1 + table.Schema.IndexOfData(property.StorageName);
    }

    /// <summary>Columns whose types expressions are built for; those of a later table are of the same types.</summary>
    public Column[] Columns { get; }

    /// <summary>The column of a key or data property, or -1 for a vector property.</summary>
    /// <exception cref="InvalidOperationException">The record has no such property.</exception>
    public int Find(string name) =>
        _columns.TryGetValue(name, out var column) ? column
        : _model.PropertyMap.ContainsKey(name) ? -1
        : throw new InvalidOperationException(
            $"Expected a filter over the properties {string.Join(", ", _model.PropertyMap.Keys.Select(k => $"'{k}'"))}; found '{name}'. Add it to the definition of the collection.");

    public bool Knows(string name) => _model.PropertyMap.ContainsKey(name);
}
