namespace LocalRag;

/// <summary>An item in the order of a reranker.</summary>
/// <typeparam name="T">The type of the item.</typeparam>
/// <param name="Item">The item.</param>
/// <param name="Score">The reranker's score.</param>
public readonly record struct RankedItem<T>(T Item, float Score);
