using System.Collections;

namespace LocalRag.Connectors.InMemory;

/// <summary>Comparisons that stand in for reference equality, which has no meaning for copied values.</summary>
internal static class FilterFunctions
{
    /// <summary>Equality by value; arrays and lists are equal when their elements are.</summary>
    public static bool AreEqual(object? left, object? right)
    {
        if (Equals(left, right))
            return true;
        if (left is not IList a || right is not IList b || a.Count != b.Count)
            return false;
        for (var i = 0; i < a.Count; i++)
        {
            if (!Equals(a[i], b[i]))
                return false;
        }

        return true;
    }
}
