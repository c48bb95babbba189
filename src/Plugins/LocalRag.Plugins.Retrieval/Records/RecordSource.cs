using System.Globalization;
using System.Reflection;
using Microsoft.SemanticKernel.Data;

namespace LocalRag.Plugins.Retrieval;

/// <summary>Finds what a record says about where it comes from.</summary>
internal static class RecordSource
{
    /// <summary>The reader of title and source: of a passage its headings and its document with the page, of other records what is marked as name and link of a text search result.</summary>
    public static Func<TRecord, (string? Title, string? Source)> Of<TRecord>()
        where TRecord : class
    {
        if (typeof(TRecord) == typeof(Passage))
        {
            return static record => OfPassage((Passage)(object)record);
        }

        var properties = typeof(TRecord).GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(p => p.CanRead).ToArray();
        var name = properties.FirstOrDefault(p => p.IsDefined(typeof(TextSearchResultNameAttribute)));
        var link = properties.FirstOrDefault(p => p.IsDefined(typeof(TextSearchResultLinkAttribute)));
        return record => (name?.GetValue(record)?.ToString(), link?.GetValue(record)?.ToString());
    }

    private static (string? Title, string? Source) OfPassage(Passage passage) => (
        passage.HeadingPath ?? passage.Title,
        passage.Page is { } page ? string.Create(CultureInfo.InvariantCulture, $"{passage.DocumentId}, page {page}") : passage.DocumentId);
}
