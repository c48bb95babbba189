namespace LocalRag.Training.Data;

/// <summary>One row of a batch: a text, or a pair where <paramref name="Second"/> is given.</summary>
internal readonly record struct TextItem(string First, string? Second = null)
{
    /// <summary>Without white space at the ends: what Python's collate function does in training, and only there.</summary>
    public TextItem Stripped => new(First.Trim(), Second?.Trim());
}
