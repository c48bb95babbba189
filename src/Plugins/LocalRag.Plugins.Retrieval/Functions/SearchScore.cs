using Microsoft.Extensions.VectorData;

namespace LocalRag.Plugins.Retrieval;

/// <summary>Reads the first search's score off results that carry one.</summary>
internal static class SearchScore
{
    /// <summary>The scores of vector search results, parallel to them; null where the results carry none.</summary>
    public static double?[]? OfAll(IReadOnlyList<object?> items)
    {
        if (items is not [{ } first, ..] || !first.GetType().IsGenericType || first.GetType().GetGenericTypeDefinition() != typeof(VectorSearchResult<>))
        {
            return null;
        }

        var score = first.GetType().GetProperty(nameof(VectorSearchResult<>.Score))!;
        return [.. items.Select(item => item?.GetType() == first.GetType() ? (double?)score.GetValue(item) : null)];
    }
}
