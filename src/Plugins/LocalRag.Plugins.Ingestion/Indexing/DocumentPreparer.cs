using System.Security.Cryptography;
using LocalRag.Plugins.Ingestion.Sources;

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
            var document = Read(reader, bytes, file, cancellationToken);
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
                Text = document.Text,
                Chunks = chunks,
            };
        }
        catch (InvalidDataException error)
        {
            return new(file, known, PreparedState.Refused) { Bytes = bytes.Length, Hash = hash, Notice = error.Message };
        }
    }

    // A reader that breaks on one file, against its contract, must not stop the others.
    private static DocumentText Read(IDocumentReader reader, byte[] bytes, SourceFile file, CancellationToken cancellationToken)
    {
        try
        {
            return reader.Read(bytes, file.Id, cancellationToken);
        }
        catch (Exception error) when (error is not (InvalidDataException or OperationCanceledException or OutOfMemoryException))
        {
            throw new InvalidDataException($"its reader failed ({error.GetType().Name}: {error.Message.TrimEnd('.')}).", error);
        }
    }

    // The full path in a system message says more than users of a shared index should see; the identifier is reported beside it.
    private static string Sentence(Exception error, SourceFile file) => error switch
    {
        UnauthorizedAccessException => "access is denied. Give this user the right to read it, or leave it out.",
        FileNotFoundException or DirectoryNotFoundException => "the file is gone, or the link points to nothing.",
        _ => error.Message.Replace(file.Path, file.Id, StringComparison.Ordinal),
    };
}
