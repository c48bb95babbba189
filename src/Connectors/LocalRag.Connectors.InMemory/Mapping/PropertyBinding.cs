using Microsoft.Extensions.VectorData.ProviderServices;

namespace LocalRag.Connectors.InMemory;

/// <summary>Moves one key or data property between records and a column, copying what could be changed from outside.</summary>
internal abstract class PropertyBinding<TRecord>(PropertyModel property)
    where TRecord : class
{
    public PropertyModel Property { get; } = property;

    public static PropertyBinding<TRecord> Create(PropertyModel property) =>
        property.PropertyInfo is { CanRead: true, CanWrite: true, PropertyType: var type } && type == property.Type
            ? PropertyTypes.Visit<Factory, PropertyBinding<TRecord>>(type, new Factory(property))
            : new BoxedBinding<TRecord>(property);

    public abstract void Write(TRecord record, Column column, int row);

    public abstract void Read(Column column, int row, TRecord record);

    private readonly struct Factory(PropertyModel property) : ITypeVisitor<PropertyBinding<TRecord>>
    {
        public PropertyBinding<TRecord> Scalar<T>() => new TypedBinding<TRecord, T>(property, null);

        public PropertyBinding<TRecord> Array<T>() => new TypedBinding<TRecord, T[]?>(property, static a => (T[]?)a?.Clone());

        public PropertyBinding<TRecord> List<T>() => new TypedBinding<TRecord, List<T>?>(property, static l => l is null ? null : [.. l]);

        public PropertyBinding<TRecord> Boxed() => new BoxedBinding<TRecord>(property);
    }
}

/// <summary>Through typed delegates: no boxing.</summary>
internal sealed class TypedBinding<TRecord, T>(PropertyModel property, Func<T, T>? copy) : PropertyBinding<TRecord>(property)
    where TRecord : class
{
    private readonly Func<TRecord, T> _get = property.PropertyInfo!.GetMethod!.CreateDelegate<Func<TRecord, T>>();
    private readonly Action<TRecord, T> _set = property.PropertyInfo!.SetMethod!.CreateDelegate<Action<TRecord, T>>();

    public T Get(TRecord record) => _get(record);

    public void Set(TRecord record, T value) => _set(record, value);

    public override void Write(TRecord record, Column column, int row)
    {
        var value = _get(record);
        if (copy is not null)
            value = copy(value);
        if (column is Column<T> typed)
            typed[row] = value;
        else
            ColumnConversion.Set(column, row, value, Property);
    }

    public override void Read(Column column, int row, TRecord record)
    {
        if (column is Column<T> typed)
            _set(record, copy is null ? typed[row] : copy(typed[row]));
        else if (ColumnConversion.Get(column, row, Property) is { } value)
            _set(record, (T)value);
    }
}

/// <summary>Through the model's boxed accessors: dictionary records and rare types.</summary>
internal sealed class BoxedBinding<TRecord>(PropertyModel property) : PropertyBinding<TRecord>(property)
    where TRecord : class
{
    public override void Write(TRecord record, Column column, int row) =>
        ColumnConversion.Set(column, row, Property.GetValueAsObject(record), Property);

    public override void Read(Column column, int row, TRecord record) =>
        Property.SetValueAsObject(record, ColumnConversion.Get(column, row, Property));
}
