using Microsoft.Extensions.VectorData.ProviderServices;

namespace LocalRag.Connectors.InMemory;

/// <summary>Moves one vector property between records and floats.</summary>
internal abstract class VectorBinding<TRecord>(VectorPropertyModel property)
    where TRecord : class
{
    public VectorPropertyModel Property { get; } = property;

    public static VectorBinding<TRecord> Create(VectorPropertyModel property) =>
        property.PropertyInfo is { CanRead: true, CanWrite: true } info && info.PropertyType == typeof(ReadOnlyMemory<float>)
            ? new MemoryBinding<TRecord>(property)
            : new BoxedVectorBinding<TRecord>(property);

    /// <summary>The record's vector; null where it has none.</summary>
    public abstract ReadOnlyMemory<float>? Get(TRecord record);

    public abstract void Set(TRecord record, float[] vector);
}

/// <summary>The common case, without boxing.</summary>
internal sealed class MemoryBinding<TRecord>(VectorPropertyModel property) : VectorBinding<TRecord>(property)
    where TRecord : class
{
    private readonly Func<TRecord, ReadOnlyMemory<float>> _get = property.PropertyInfo!.GetMethod!.CreateDelegate<Func<TRecord, ReadOnlyMemory<float>>>();
    private readonly Action<TRecord, ReadOnlyMemory<float>> _set = property.PropertyInfo!.SetMethod!.CreateDelegate<Action<TRecord, ReadOnlyMemory<float>>>();

    public override ReadOnlyMemory<float>? Get(TRecord record) => _get(record);

    public override void Set(TRecord record, float[] vector) => _set(record, vector);
}

/// <summary>Any other form of vector.</summary>
internal sealed class BoxedVectorBinding<TRecord>(VectorPropertyModel property) : VectorBinding<TRecord>(property)
    where TRecord : class
{
    public override ReadOnlyMemory<float>? Get(TRecord record) => VectorValues.ToFloats(Property.GetValueAsObject(record));

    public override void Set(TRecord record, float[] vector) => Property.SetValueAsObject(record, VectorValues.FromFloats(vector, Property.Type));
}
