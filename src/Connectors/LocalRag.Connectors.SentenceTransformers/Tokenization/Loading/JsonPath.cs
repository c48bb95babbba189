using System.Globalization;

namespace LocalRag.Connectors.SentenceTransformers.Tokenization;

/// <summary>Where a value stands in its file; written out only when a message needs it, since vocabularies have a million values.</summary>
/// <param name="parent">The place above, or null below the root.</param>
/// <param name="key">The key there, or null for an item of an array.</param>
/// <param name="index">The index of an item.</param>
internal sealed class JsonPath(JsonPath? parent, string? key, int index)
{
    public override string ToString()
    {
        var above = parent?.ToString() ?? "";
        if (key is null)
            return string.Create(CultureInfo.InvariantCulture, $"{above}[{index}]");
        return above.Length == 0 ? key : $"{above}.{key}";
    }
}
