using System.Text;
using UglyToad.PdfPig;
using UglyToad.PdfPig.DocumentLayoutAnalysis.TextExtractor;
using UglyToad.PdfPig.Exceptions;

namespace LocalRag.Plugins.Ingestion.Reading;

/// <summary>PDF: the text of each page in reading order; paragraphs know their page.</summary>
internal sealed class PdfReader(int maxPages = int.MaxValue, int maxCharacters = int.MaxValue) : IDocumentReader
{
    public IReadOnlyCollection<string> Extensions { get; } = [".pdf"];

    public DocumentText Read(ReadOnlyMemory<byte> content, string name, CancellationToken cancellationToken = default)
    {
        if (content.Span.IndexOf("%PDF-"u8) is < 0 or > 1024)
        {
            throw new InvalidDataException("expected a PDF, found no %PDF header.");
        }

        try
        {
            using var document = PdfDocument.Open(content.ToArray());
            return Read(document, cancellationToken);
        }
        catch (PdfDocumentEncryptedException error)
        {
            throw new InvalidDataException("the PDF is encrypted. Save a copy without a password.", error);
        }
        catch (Exception error) when (error is not (OperationCanceledException or InvalidDataException or OutOfMemoryException))
        {
            // PdfPig reports damage through many exception types; all of them mean that these bytes cannot be read.
            throw new InvalidDataException($"the PDF is damaged or uses an unsupported feature ({error.GetType().Name}: {FirstLine(error.Message)}).", error);
        }
    }

    private DocumentText Read(PdfDocument document, CancellationToken cancellationToken)
    {
        if (document.NumberOfPages > maxPages)
        {
            throw new InvalidDataException($"the PDF has {document.NumberOfPages:N0} pages; up to {maxPages:N0} are read. Split the document.");
        }

        var text = new StringBuilder();
        var blocks = new List<TextBlock>();
        foreach (var page in document.GetPages())
        {
            cancellationToken.ThrowIfCancellationRequested();
            var words = ContentOrderTextExtractor.GetText(page, addDoubleNewline: true).Replace("\r\n", "\n", StringComparison.Ordinal).Trim();
            if (text.Length + words.Length > maxCharacters)
            {
                // Told while reading, so that no more is unpacked than the limit allows.
                throw LimitedReader.TooLong(text.Length + words.Length, maxCharacters);
            }

            if (words.Length == 0)
            {
                continue;
            }

            if (text.Length > 0)
            {
                text.Append("\n\n");
            }

            var offset = text.Length;
            text.Append(words);
            var pageBlocks = new List<TextBlock>();
            BlockScanner.Scan(words, 0, words.Length, BlockKind.Prose, page.Number, pageBlocks);
            blocks.AddRange(pageBlocks.Select(b => b with { Start = b.Start + offset, End = b.End + offset }));
        }

        if (blocks.Count == 0)
        {
            throw new InvalidDataException($"the PDF has no text on its {document.NumberOfPages} pages; it may be scanned. Run text recognition (OCR) on it first.");
        }

        var title = document.Information.Title is { } given && !string.IsNullOrWhiteSpace(given) ? given.Trim() : null;
        return new(text.ToString(), title, blocks);
    }

    private static string FirstLine(string message) => message.AsSpan().TrimEnd('.').ToString().Split('\n', 2)[0].Trim();
}
