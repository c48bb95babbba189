using System.Security.Cryptography;
using LocalRag.Plugins.Ingestion.Sources;
using LocalRag.Plugins.Retrieval;

namespace LocalRag.Plugins.Ingestion.Indexing;

/// <summary>The work before the model: read, compare with the ledger, extract, cut.</summary>
internal sealed class DocumentPreparer(IReadOnlyList<IDocumentReader> readers, ITextChunker chunker, long maxFileBytes, string stamp)
{
    public PreparedDocument Prepare(SourceFile file, SourceDocument? known, CancellationToken cancellationToken)
    {
        byte[] bytes;
        try
        {
            bytes = FileContent.Read(file.Path, maxFileBytes);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            return new(file, known, PreparedState.Unreadable) { Notice = Sentence(error, file) };
        }

        var hash = Convert.ToHexStringLower(SHA256.HashData(bytes));
        if (known is not null && known.Hash == hash && known.Stamp == stamp)
        {
            return new(file, known, PreparedState.Unchanged) { Notice = known.Error };
        }

        try
        {
            var reader = readers.For(file.Path) ?? throw new InvalidDataException(
                $"no reader takes '{Path.GetExtension(file.Path)}'; expected one of {string.Join(", ", readers.SelectMany(r => r.Extensions).Take(8))}, …");
            var document = reader.Read(bytes, file.Id, cancellationToken);
            var title = document.Title ?? Path.GetFileName(file.Id);
            var named = document.Title is null ? new DocumentText(document.Text, title, document.Blocks, document.Warning) : document;
            var chunks = chunker.Chunk(named);
            if (chunks.Count == 0)
            {
                throw new InvalidDataException("the file has no text.");
            }

            return new(file, known, PreparedState.ToWrite)
            {
                Bytes = bytes.Length,
                Hash = hash,
                Title = title,
                Notice = document.Warning,
                Passages = [.. chunks.Select((chunk, ordinal) => ToPassage(file, title, document.Text, chunk, ordinal))],
            };
        }
        catch (InvalidDataException error)
        {
            return new(file, known, PreparedState.Refused) { Bytes = bytes.Length, Hash = hash, Notice = error.Message };
        }
    }

    /// <summary>The key of a passage; deleting counts on it.</summary>
    public static string PassageId(string documentId, int ordinal) => $"{documentId}#{ordinal}";

    private static Passage ToPassage(SourceFile file, string title, string text, TextChunk chunk, int ordinal) => new()
    {
        Id = PassageId(file.Id, ordinal),
        DocumentId = file.Id,
        Title = title,
        HeadingPath = chunk.HeadingPath.Length > 0 ? chunk.HeadingPath : null,
        Page = chunk.Page,
        Ordinal = ordinal,
        Start = chunk.Start,
        End = chunk.End,
        Text = text[chunk.Start..chunk.End],
    };

    // The full path in a system message says more than users of a shared index should see; the identifier is reported beside it.
    private static string Sentence(Exception error, SourceFile file) => error switch
    {
        UnauthorizedAccessException => "access is denied. Give this user the right to read it, or leave it out.",
        FileNotFoundException or DirectoryNotFoundException => "the file is gone, or the link points to nothing.",
        _ => error.Message.Replace(file.Path, file.Id, StringComparison.Ordinal),
    };
}
