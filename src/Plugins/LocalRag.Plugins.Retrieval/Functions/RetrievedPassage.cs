namespace LocalRag.Plugins.Retrieval;

/// <summary>A hit as a function returns it: plain values that survive JSON.</summary>
/// <param name="Number">Position, from 1.</param>
/// <param name="Id">The key of the record.</param>
/// <param name="Text">The text.</param>
/// <param name="Title">Title or headings, where they are known.</param>
/// <param name="Source">The document, where it is known.</param>
/// <param name="SearchRank">Rank before reranking, from 0.</param>
/// <param name="SearchScore">Score of vector search or fusion, where it is known.</param>
/// <param name="RerankScore">Score of the reranker, where it read the passage.</param>
public sealed record RetrievedPassage(
    int Number, string Id, string Text, string? Title, string? Source, int SearchRank, double? SearchScore, double? RerankScore)
{
    /// <summary>The text, so that a prompt template that prints the passage prints what it says.</summary>
    public override string ToString() => Text;
}
