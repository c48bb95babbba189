namespace LocalRag.Plugins.Ingestion;

/// <summary>A stretch of a document that becomes one passage.</summary>
/// <param name="Start">First character in <see cref="DocumentText.Text"/>.</param>
/// <param name="End">One past the last character.</param>
/// <param name="HeadingPath">Headings above the chunk, joined by <see cref="DocumentText.HeadingSeparator"/>.</param>
/// <param name="Page">The page it begins on, from 1, for documents that have pages.</param>
public readonly record struct TextChunk(int Start, int End, string HeadingPath, int? Page);
