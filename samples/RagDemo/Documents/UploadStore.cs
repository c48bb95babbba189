using System.Collections.Concurrent;
using LocalRag.Plugins.Ingestion;

namespace RagDemo.Documents;

/// <summary>The uploaded files: kept under random names, with the name that users see in a note beside each, so that no name ever reaches the file system.</summary>
/// <remarks>Safe for concurrent calls; one process at a time.</remarks>
internal sealed class UploadStore
{
    /// <summary>What the identifiers of uploaded documents begin with.</summary>
    public const string Prefix = "uploads/";

    private const string NoteEnding = ".name";

    private readonly string _folder;
    private readonly Lazy<ConcurrentDictionary<string, SourceFile>> _files;

    public UploadStore(string folder)
    {
        _folder = folder;
        _files = new(Read);
    }

    public IEnumerable<SourceFile> Files => _files.Value.Values;

    public SourceFile? Find(string documentId) => _files.Value.GetValueOrDefault(documentId);

    /// <summary>Keeps a file whole or not at all; an earlier one of the same name gives way.</summary>
    public async Task<SourceFile> SaveAsync(string documentId, byte[] content, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(_folder);
        var file = _files.Value.GetOrAdd(documentId, id => new(id, Path.Combine(_folder, Guid.NewGuid().ToString("n") + Path.GetExtension(id).ToLowerInvariant())));

        // The note goes first: a note without a file is passed over when the folder is read, a file without a note would have no name.
        await WriteAsync(file.Path + NoteEnding, System.Text.Encoding.UTF8.GetBytes(documentId), cancellationToken);
        await WriteAsync(file.Path, content, cancellationToken);
        return file;
    }

    public void Delete(string documentId)
    {
        if (_files.Value.TryRemove(documentId, out var file))
        {
            File.Delete(file.Path);
            File.Delete(file.Path + NoteEnding);
        }
    }

    private ConcurrentDictionary<string, SourceFile> Read()
    {
        var files = new ConcurrentDictionary<string, SourceFile>(StringComparer.Ordinal);
        if (Directory.Exists(_folder))
        {
            foreach (var note in Directory.EnumerateFiles(_folder, "*" + NoteEnding))
            {
                var path = note[..^NoteEnding.Length];
                var id = File.ReadAllText(note);
                if (File.Exists(path))
                {
                    files[id] = new(id, path);
                }
            }
        }

        return files;
    }

    // Beside the final name first, so that no reader and no crash ever sees half a file.
    private static async Task WriteAsync(string path, byte[] content, CancellationToken cancellationToken)
    {
        var part = path + ".part";
        try
        {
            await File.WriteAllBytesAsync(part, content, cancellationToken);
            File.Move(part, path, overwrite: true);
        }
        finally
        {
            File.Delete(part);
        }
    }
}
