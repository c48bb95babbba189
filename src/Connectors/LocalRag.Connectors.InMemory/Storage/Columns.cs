namespace LocalRag.Connectors.InMemory;

/// <summary>Creates columns by property type.</summary>
internal static class Columns
{
    public static Column Create(Type type) => PropertyTypes.Visit<Factory, Column>(type, default);

    private readonly struct Factory : ITypeVisitor<Column>
    {
        public Column Scalar<T>() => new Column<T>();

        public Column Array<T>() => new Column<T[]?>();

        public Column List<T>() => new Column<List<T>?>();

        public Column Boxed() => new Column<object?>();
    }
}
