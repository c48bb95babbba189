namespace LocalRag.Connectors.InMemory;

/// <summary>What is done once a property's type is known statically; see <see cref="PropertyTypes"/>.</summary>
internal interface ITypeVisitor<out TResult>
{
    /// <summary>A scalar: a value type, its nullable form, or a string.</summary>
    TResult Scalar<T>();

    /// <summary>An array of <typeparamref name="T"/>.</summary>
    TResult Array<T>();

    /// <summary>A list of <typeparamref name="T"/>.</summary>
    TResult List<T>();

    /// <summary>An enumeration, its nullable form, or an array or list of one: stored boxed.</summary>
    TResult Boxed();
}

/// <summary>The types a data property may have.</summary>
/// <remarks>Types are told apart by comparison, not by constructing generic types, so that native compilation sees every one of them.</remarks>
internal static class PropertyTypes
{
    public const string Supported =
        "bool, char, string, the integer and floating-point types, decimal, Guid, DateTime, DateTimeOffset, DateOnly, TimeOnly, TimeSpan, " +
        "enumerations, their nullable forms, and arrays and List<T> of them";

    public static bool IsSupported(Type type) =>
        IsScalar(Nullable.GetUnderlyingType(type) ?? type) || ElementType(type) is { } element && IsScalar(element);

    /// <summary>The element type of an array or list; null for anything else.</summary>
    public static Type? ElementType(Type type) =>
        type.IsSZArray ? type.GetElementType()
        : type.IsGenericType && type.GetGenericTypeDefinition() == typeof(List<>) ? type.GetGenericArguments()[0]
        : null;

    public static bool IsList(Type type) => ElementType(type) is not null && !type.IsArray;

    /// <summary>Two types that can be stored in one column: equal apart from nullability and from array against list.</summary>
    public static bool AreCompatible(Type left, Type right) => Core(left) == Core(right) && ElementType(left) is null == ElementType(right) is null;

    public static Type Core(Type type) => ElementType(type) ?? Nullable.GetUnderlyingType(type) ?? type;

    public static TResult Visit<TVisitor, TResult>(Type type, TVisitor visitor)
        where TVisitor : ITypeVisitor<TResult>
    {
        var core = Core(type);
        if (core.IsEnum)
            return visitor.Boxed();
        if (core == typeof(string))
            return type.IsArray ? visitor.Array<string?>() : IsList(type) ? visitor.List<string?>() : visitor.Scalar<string?>();
        return Type.GetTypeCode(core) switch
        {
            TypeCode.Boolean => Shape<TVisitor, TResult, bool>(type, visitor),
            TypeCode.Char => Shape<TVisitor, TResult, char>(type, visitor),
            TypeCode.SByte => Shape<TVisitor, TResult, sbyte>(type, visitor),
            TypeCode.Byte => Shape<TVisitor, TResult, byte>(type, visitor),
            TypeCode.Int16 => Shape<TVisitor, TResult, short>(type, visitor),
            TypeCode.UInt16 => Shape<TVisitor, TResult, ushort>(type, visitor),
            TypeCode.Int32 => Shape<TVisitor, TResult, int>(type, visitor),
            TypeCode.UInt32 => Shape<TVisitor, TResult, uint>(type, visitor),
            TypeCode.Int64 => Shape<TVisitor, TResult, long>(type, visitor),
            TypeCode.UInt64 => Shape<TVisitor, TResult, ulong>(type, visitor),
            TypeCode.Single => Shape<TVisitor, TResult, float>(type, visitor),
            TypeCode.Double => Shape<TVisitor, TResult, double>(type, visitor),
            TypeCode.Decimal => Shape<TVisitor, TResult, decimal>(type, visitor),
            TypeCode.DateTime => Shape<TVisitor, TResult, DateTime>(type, visitor),
            _ when core == typeof(Guid) => Shape<TVisitor, TResult, Guid>(type, visitor),
            _ when core == typeof(DateTimeOffset) => Shape<TVisitor, TResult, DateTimeOffset>(type, visitor),
            _ when core == typeof(DateOnly) => Shape<TVisitor, TResult, DateOnly>(type, visitor),
            _ when core == typeof(TimeOnly) => Shape<TVisitor, TResult, TimeOnly>(type, visitor),
            _ when core == typeof(TimeSpan) => Shape<TVisitor, TResult, TimeSpan>(type, visitor),
            _ => throw new NotSupportedException($"Expected a property of one of the types {Supported}; found '{type}'."),
        };
    }

    private static TResult Shape<TVisitor, TResult, T>(Type type, TVisitor visitor)
        where TVisitor : ITypeVisitor<TResult>
        where T : struct =>
        type.IsArray ? visitor.Array<T>()
        : IsList(type) ? visitor.List<T>()
        : Nullable.GetUnderlyingType(type) is not null ? visitor.Scalar<T?>()
        : visitor.Scalar<T>();

    public static bool IsScalar(Type type) =>
        type.IsEnum || type == typeof(string)
        || Type.GetTypeCode(type) is >= TypeCode.Boolean and <= TypeCode.DateTime
        || type == typeof(Guid) || type == typeof(DateTimeOffset) || type == typeof(DateOnly) || type == typeof(TimeOnly) || type == typeof(TimeSpan);
}
