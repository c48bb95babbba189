using System.Globalization;
using System.Linq.Expressions;
using System.Reflection;

namespace LocalRag.Connectors.InMemory;

/// <summary>The methods of <see cref="string"/> that compare two texts, and which of them do so by code units, as an index is sorted.</summary>
internal static class TextComparisons
{
    // Without ICU (InvariantGlobalization) every culture compares code units. There is no other way to ask.
    private static readonly bool CulturesAreOrdinal =
        CultureInfo.InvariantCulture.CompareInfo is var culture && culture.Compare("a", "B") > 0 && culture.Compare("\u00AD", "") != 0;

    /// <summary>Its result says by its sign which of two texts comes first.</summary>
    public static bool IsComparison(MethodInfo method) =>
        method.DeclaringType == typeof(string) && method.Name is nameof(string.Compare) or nameof(string.CompareOrdinal) or nameof(string.CompareTo);

    /// <summary>The two texts of a comparison that an ordinal order answers.</summary>
    public static (Expression Left, Expression Right)? Compared(Expression node) =>
        node is MethodCallExpression call && IsComparison(call.Method) && Texts(call, IsOrdinalByDefault(call.Method.Name)) is { } texts ? texts : null;

    /// <summary>The two texts of a call that says whether they are equal, code unit by code unit.</summary>
    public static (Expression Left, Expression Right)? Equated(MethodCallExpression call) =>
        call.Method.Name == nameof(string.Equals) && call.Method.DeclaringType == typeof(string) ? Texts(call, ordinalByDefault: true) : null;

    /// <summary>The text and the start that it is asked for, code unit by code unit.</summary>
    public static (Expression Text, Expression Start)? Started(MethodCallExpression call) =>
        call.Method.Name == nameof(string.StartsWith) && call.Method.DeclaringType == typeof(string)
            ? Texts(call, ordinalByDefault: CulturesAreOrdinal || call.Arguments[0].Type == typeof(char))
            : null;

    /// <summary>The least text above all that start with <paramref name="start"/>; null where there is none.</summary>
    public static string? AboveAll(string start)
    {
        var kept = start.AsSpan().TrimEnd(char.MaxValue);
        return kept.IsEmpty ? null : string.Concat(kept[..^1], [(char)(kept[^1] + 1)]);
    }

    private static bool IsOrdinalByDefault(string method) => method == nameof(string.CompareOrdinal) || CulturesAreOrdinal;

    private static (Expression, Expression)? Texts(MethodCallExpression call, bool ordinalByDefault)
    {
        Expression[] operands = call.Object is null ? [.. call.Arguments] : [call.Object, .. call.Arguments];
        var isOrdinal = operands.Length switch
        {
            2 => ordinalByDefault,
            3 => operands[2] is ConstantExpression { Value: StringComparison comparison }
                && (comparison == StringComparison.Ordinal || (CulturesAreOrdinal && comparison is StringComparison.CurrentCulture or StringComparison.InvariantCulture)),
            _ => false,
        };
        return isOrdinal ? (operands[0], operands[1]) : null;
    }
}
