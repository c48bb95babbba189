namespace LocalRag.Plugins.Retrieval;

/// <summary>A passage of a prompt under the number by which an answer cites it.</summary>
/// <param name="Number">The number, from 1: an answer writes it as <c>[1]</c>.</param>
/// <param name="HitIndex">Position of the hit in the list that the prompt was made from, from 0.</param>
/// <param name="Key">The key of the record.</param>
/// <param name="Title">Title of the document, where it is known.</param>
/// <param name="Source">The document, where it is known.</param>
/// <param name="Text">The text as the record has it, neither cleaned nor escaped.</param>
/// <param name="Truncated">Whether the prompt holds only the beginning of it.</param>
public sealed record Citation(int Number, int HitIndex, object Key, string? Title, string? Source, string Text, bool Truncated);
