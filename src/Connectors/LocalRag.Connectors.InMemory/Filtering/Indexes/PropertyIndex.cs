namespace LocalRag.Connectors.InMemory;

/// <summary>Finds the rows with a value, or in a range, without a scan. Rows may be dead; callers check.</summary>
internal abstract class PropertyIndex
{
    /// <summary>An index for scalars, enumerations by their number; null for lists and arrays, which are not compared as a whole.</summary>
    public static PropertyIndex? Create(Type type, Column column) =>
        PropertyTypes.Visit<Factory, PropertyIndex?>(type, new Factory(type, column));

    public abstract void Add(int row);

    /// <summary>Rows below <paramref name="rowCount"/> that hold the value, ascending; null where the value cannot be looked up.</summary>
    public abstract ReadOnlyMemory<int>? Equal(object? value, int rowCount);

    /// <summary>Rows within the bounds (null: open), in any order; null where the bounds cannot be looked up, or where there are more than <paramref name="limit"/>.</summary>
    /// <remarks>Texts have the order of <see cref="string.CompareOrdinal(string, string)"/>, which puts null first; null of other types is in no range.</remarks>
    public abstract ReadOnlyMemory<int>? Range(object? low, bool includeLow, object? high, bool includeHigh, int rowCount, int limit);

    private readonly struct Factory(Type type, Column column) : ITypeVisitor<PropertyIndex?>
    {
        public PropertyIndex? Scalar<T>() => new PropertyIndex<T>(((Column<T>)column).Get);

        public PropertyIndex? Array<T>() => null;

        public PropertyIndex? List<T>() => null;

        public PropertyIndex? Boxed()
        {
            if (PropertyTypes.ElementType(type) is not null)
                return null;
            var values = column;
            return Type.GetTypeCode(PropertyTypes.Core(type)) == TypeCode.UInt64
                ? new PropertyIndex<ulong?>(row => values.GetBoxed(row) is { } value ? Convert.ToUInt64(value, null) : null)
                : new PropertyIndex<long?>(row => values.GetBoxed(row) is { } value ? Convert.ToInt64(value, null) : null);
        }
    }
}
