namespace LocalRag.Plugins.Ingestion;

/// <summary>One block of a document's text: a heading, a paragraph, a list item, a piece of code.</summary>
/// <param name="Start">First character of the block in <see cref="DocumentText.Text"/>.</param>
/// <param name="End">One past its last character.</param>
/// <param name="Kind">What the block is.</param>
/// <param name="HeadingPath">Headings above the block from the outermost in, joined by <c> &gt; </c>; a heading's own text is its last part; empty before the first heading.</param>
/// <param name="Page">The page from 1, for documents that have pages.</param>
public readonly record struct TextBlock(int Start, int End, BlockKind Kind, string HeadingPath = "", int? Page = null);
