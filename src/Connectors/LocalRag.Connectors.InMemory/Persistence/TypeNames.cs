using System.Diagnostics.CodeAnalysis;

namespace LocalRag.Connectors.InMemory;

/// <summary>Property types as text: short names for the built-in ones, the full name for enumerations, with ? [] and list: around.</summary>
internal static class TypeNames
{
    private static readonly Type[] BuiltIn =
    [
        typeof(bool), typeof(char), typeof(string), typeof(sbyte), typeof(byte), typeof(short), typeof(ushort), typeof(int), typeof(uint), typeof(long), typeof(ulong),
        typeof(Half), typeof(float), typeof(double), typeof(decimal), typeof(Guid), typeof(DateTime), typeof(DateTimeOffset), typeof(DateOnly), typeof(TimeOnly), typeof(TimeSpan),
    ];

    public static string Write(Type type)
    {
        if (PropertyTypes.ElementType(type) is { } element)
            return (PropertyTypes.IsList(type) ? "list:" : "array:") + Write(element);
        if (Nullable.GetUnderlyingType(type) is { } underlying)
            return "nullable:" + Write(underlying);
        return type.IsEnum ? "enum:" + type.FullName : type.Name;
    }

    [UnconditionalSuppressMessage("AOT", "IL3050", Justification = "Wrappers of types that PropertyTypes instantiates; enumerations are only boxed.")]
    [UnconditionalSuppressMessage("Trimming", "IL2055", Justification = "As above.")]
    public static Type Read(string name)
    {
        var colon = name.IndexOf(':', StringComparison.Ordinal);
        var rest = name[(colon + 1)..];
        return (colon < 0 ? "" : name[..colon]) switch
        {
            "array" => Read(rest).MakeArrayType(),
            "list" => typeof(List<>).MakeGenericType(Read(rest)),
            "nullable" => typeof(Nullable<>).MakeGenericType(Read(rest)),
            "enum" => FindEnum(rest),
            _ => Array.Find(BuiltIn, t => t.Name == name) ?? throw new InvalidDataException($"A property has the type '{name}', which this version does not know."),
        };
    }

    /// <remarks>Only assemblies that the application has loaded are asked: a file must not be able to load code.</remarks>
    [UnconditionalSuppressMessage("Trimming", "IL2026", Justification = "A trimmed enumeration is reported by name.")]
    private static Type FindEnum(string fullName) =>
        AppDomain.CurrentDomain.GetAssemblies().Select(a => a.GetType(fullName)).FirstOrDefault(t => t is { IsEnum: true })
        ?? throw new InvalidDataException($"A property has the enumeration type '{fullName}', which no loaded assembly defines. Load the assembly that holds the record type first.");
}
