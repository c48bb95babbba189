using Microsoft.Extensions.VectorData.ProviderServices;

namespace LocalRag.Connectors.InMemory;

/// <summary>Boxed access to a column for a property whose own type may differ in nullability or container.</summary>
internal static class ColumnConversion
{
    public static void Set(Column column, int row, object? value, PropertyModel property)
    {
        if (value is null && column.ValueType.IsValueType && Nullable.GetUnderlyingType(column.ValueType) is null)
        {
            throw new ArgumentException(
                $"Property '{property.ModelName}' is null, but the collection stores it as '{column.ValueType.Name}', which has no null. Set a value.");
        }

        column.SetBoxed(row, Convert(value, column.ValueType));
    }

    public static object? Get(Column column, int row, PropertyModel property) => Convert(column.GetBoxed(row), property.Type);

    /// <summary>A copy of lists and arrays, in the container that is asked for; anything else as it is.</summary>
    private static object? Convert(object? value, Type type)
    {
        if (value is null || PropertyTypes.ElementType(value.GetType()) is null)
            return value;
        return value is Array array && PropertyTypes.Core(array.GetType()).IsEnum
            ? array.Clone()
            : PropertyTypes.Visit<Converter, object>(value.GetType(), new Converter(value, PropertyTypes.IsList(type)));
    }

    private readonly struct Converter(object value, bool toList) : ITypeVisitor<object>
    {
        public object Scalar<T>() => value!;

        public object Array<T>() => toList ? new List<T>((T[])value) : ((T[])value).Clone();

        public object List<T>() => toList ? new List<T>((List<T>)value) : ((List<T>)value).ToArray();

        public object Boxed() => value;
    }
}
