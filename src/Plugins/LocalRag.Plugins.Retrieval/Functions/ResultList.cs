using System.Collections;
using Microsoft.SemanticKernel.Data;

namespace LocalRag.Plugins.Retrieval;

/// <summary>Takes apart the list that a search function returned, and builds one of the same type.</summary>
internal static class ResultList
{
    /// <summary>The items of a list-like function result; null for anything else.</summary>
    public static IReadOnlyList<object?>? Items(object? value) => value switch
    {
        null or string or IDictionary => null,
        IEnumerable<object?> objects => [.. objects],
        IEnumerable values when ElementType(value.GetType()) is not null => [.. values.Cast<object?>()],
        _ => null,
    };

    /// <summary>
    /// A concrete <see cref="List{T}"/> of the picked items: Semantic Kernel's prompt templates print any other
    /// sequence of strings as the name of its type.
    /// </summary>
    public static IList Like(object value, IEnumerable<object?> items)
    {
        switch (value)
        {
            case IEnumerable<string>:
                return items.Cast<string>().ToList();
            case IEnumerable<TextSearchResult>:
                return items.Cast<TextSearchResult>().ToList();
        }

        var list = (IList)Activator.CreateInstance(typeof(List<>).MakeGenericType(ElementType(value.GetType()) ?? typeof(object)))!;
        foreach (object? item in items)
        {
            list.Add(item);
        }

        return list;
    }

    private static Type? ElementType(Type type) =>
        type.GetInterfaces().Append(type)
            .FirstOrDefault(i => i.IsGenericType && i.GetGenericTypeDefinition() == typeof(IEnumerable<>))?.GetGenericArguments()[0];
}
