using LocalRag.Plugins.Ingestion.Reading;

namespace LocalRag.Plugins.Ingestion;

/// <summary>The readers that come with the package: Markdown, text, HTML, PDF and source code.</summary>
/// <remarks>Immutable and safe for concurrent use.</remarks>
public static class DocumentReaders
{
    /// <summary>One reader per kind of file, in the order Markdown, text, HTML, PDF, source code.</summary>
    public static IReadOnlyList<IDocumentReader> Default { get; } =
        [new MarkdownReader(), new PlainTextReader(), new HtmlReader(), new PdfReader(), new SourceCodeReader()];

    /// <summary>The readers of <see cref="Default"/>, which refuse documents beyond a size: a small PDF can unpack to more than a machine holds.</summary>
    /// <param name="maxPages">The most pages of a PDF; 1 or more.</param>
    /// <param name="maxCharacters">The most characters of a document's text; 1 or more.</param>
    /// <exception cref="ArgumentOutOfRangeException">A limit is below 1.</exception>
    public static IReadOnlyList<IDocumentReader> WithLimits(int maxPages, int maxCharacters)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxPages, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxCharacters, 1);
        return [.. Default.Select(reader => new LimitedReader(reader is PdfReader ? new PdfReader(maxPages, maxCharacters) : reader, maxCharacters))];
    }

    /// <summary>Finds the reader for a file by its ending.</summary>
    /// <param name="readers">The readers to choose from; the first that takes the ending wins.</param>
    /// <param name="path">A file name or path.</param>
    /// <returns>The reader, or null where none takes this kind of file.</returns>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    public static IDocumentReader? For(this IReadOnlyList<IDocumentReader> readers, string path)
    {
        ArgumentNullException.ThrowIfNull(readers);
        ArgumentNullException.ThrowIfNull(path);
        var extension = Path.GetExtension(path);
        return readers.FirstOrDefault(reader => reader.Extensions.Contains(extension, StringComparer.OrdinalIgnoreCase));
    }
}
