using System.Collections.Concurrent;
using System.Reflection;
using Microsoft.Extensions.VectorData;
using Microsoft.SemanticKernel.Data;

namespace LocalRag.Plugins.Retrieval;

/// <summary>Finds the text of a search result that a reranker should read.</summary>
internal static class RecordText
{
    private static readonly ConcurrentDictionary<Type, Func<object, string?>?> Readers = new();

    /// <summary>The reader of the text that a reranker should read: of a passage its text under its headings.</summary>
    /// <exception cref="InvalidOperationException">The type does not say which property is its text.</exception>
    public static Func<TRecord, string> RerankedOf<TRecord>()
        where TRecord : class
    {
        var reader = ReaderOf(typeof(TRecord)) ?? throw Unknown(typeof(TRecord));
        return record => reader(record) ?? "";
    }

    /// <summary>The reader of the text that is shown and cited: of a passage its text alone.</summary>
    /// <exception cref="InvalidOperationException">The type does not say which property is its text.</exception>
    public static Func<TRecord, string> ShownOf<TRecord>()
        where TRecord : class =>
        typeof(TRecord) == typeof(Passage) ? static record => ((Passage)(object)record).Text : RerankedOf<TRecord>();

    /// <summary>The text of one result of any kind: a string, a text search result, a vector search result, a record.</summary>
    /// <exception cref="InvalidOperationException">The type does not say which property is its text.</exception>
    public static string Of(object? result) => result switch
    {
        null => "",
        string text => text,
        TextSearchResult found => found.Value ?? "",
        _ => (ReaderOf(result.GetType()) ?? throw Unknown(result.GetType()))(result) ?? "",
    };

    private static Func<object, string?>? ReaderOf(Type type) => Readers.GetOrAdd(type, static type =>
    {
        if (type == typeof(Passage))
        {
            return static record => ((Passage)record).Embedding;
        }

        if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(VectorSearchResult<>))
        {
            var record = type.GetProperty(nameof(VectorSearchResult<>.Record))!;
            return result => Of(record.GetValue(result));
        }

        var strings = type.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(p => p.PropertyType == typeof(string) && p.CanRead).ToArray();
        var property = strings.FirstOrDefault(p => p.IsDefined(typeof(TextSearchResultValueAttribute)))
            ?? Only(strings.Where(p => p.GetCustomAttribute<VectorStoreDataAttribute>() is { IsFullTextIndexed: true }));
        return property is null ? null : record => (string?)property.GetValue(record);
    });

    private static PropertyInfo? Only(IEnumerable<PropertyInfo> properties) => properties.Take(2).ToArray() is [var one] ? one : null;

    private static InvalidOperationException Unknown(Type type) => new(
        $"A reranker needs the text of each result, but type '{type.Name}' does not say which property it is. " +
        $"Mark one string property with [{nameof(TextSearchResultValueAttribute)[..^"Attribute".Length]}], or set TextSelector.");
}
