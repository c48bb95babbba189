using System.Security.Cryptography;
using LocalRag.Plugins.Ingestion;
using RagDemo.Documents;

namespace RagDemo.Web.Endpoints;

/// <summary>Files on their way in: checked before anything is kept, kept whole or not at all.</summary>
internal sealed class Upload
{
    private static readonly HashSet<string> Allowed = new(StringComparer.OrdinalIgnoreCase) { ".md", ".markdown", ".txt", ".html", ".htm", ".pdf" };

    private readonly List<(SourceFile File, byte[] Content)> _changed = [];

    public IResult? Refusal { get; private init; }

    public List<SourceFile> Files { get; } = [];

    public IReadOnlyList<(SourceFile File, byte[] Content)> Changed => _changed;

    public static async Task<Upload> CheckAsync(
        IFormFileCollection files, DocumentIndex index, IReadOnlyDictionary<string, SourceDocument> known, Limits limits, CancellationToken cancellationToken)
    {
        if (files.Count == 0)
        {
            return Refuse("There is no file in the upload.", StatusCodes.Status400BadRequest);
        }

        if (files.Count > limits.MaxFilesPerUpload)
        {
            return Refuse($"{files.Count} files are too many for one upload; up to {limits.MaxFilesPerUpload} are taken.", StatusCodes.Status400BadRequest);
        }

        if (known.Count + files.Count > limits.MaxDocuments)
        {
            return Refuse($"There are {known.Count} documents; up to {limits.MaxDocuments} are kept. Delete some first.", StatusCodes.Status422UnprocessableEntity);
        }

        var upload = new Upload();
        foreach (var file in files)
        {
            if (Refuses(file, limits) is { } refused)
            {
                return refused;
            }

            var target = index.UploadOf(SafeName(file.FileName));
            var content = new byte[file.Length];
            await using (var stream = file.OpenReadStream())
            {
                await stream.ReadExactlyAsync(content, cancellationToken);
            }

            try
            {
                DocumentReaders.Default.For(target.Path)!.Read(content, target.Id, cancellationToken);
            }
            catch (InvalidDataException error)
            {
                return Refuse($"{file.FileName}: {error.Message}", StatusCodes.Status422UnprocessableEntity);
            }

            upload.Files.Add(target);
            if (!known.TryGetValue(target.Id, out var before) || before.Hash != Convert.ToHexStringLower(SHA256.HashData(content)))
            {
                upload._changed.Add((target, content));
            }
        }

        return upload;
    }

    /// <summary>Writes beside the final name first, so that no reader and no crash ever sees half a file.</summary>
    public async Task SaveAsync(CancellationToken cancellationToken)
    {
        foreach (var (file, content) in _changed)
        {
            var folder = Path.GetDirectoryName(file.Path)!;
            Directory.CreateDirectory(folder);
            var part = Path.Combine(folder, $".{Guid.NewGuid():n}.part");
            try
            {
                await File.WriteAllBytesAsync(part, content, cancellationToken);
                File.Move(part, file.Path, overwrite: true);
            }
            finally
            {
                File.Delete(part);
            }
        }
    }

    private static Upload? Refuses(IFormFile file, Limits limits)
    {
        if (!Allowed.Contains(Path.GetExtension(file.FileName)))
        {
            return Refuse($"{file.FileName}: only .md, .txt, .html and .pdf files are read.", StatusCodes.Status415UnsupportedMediaType);
        }

        if (file.Length > limits.MaxFileBytes)
        {
            return Refuse($"{file.FileName} has {file.Length:N0} bytes; up to {limits.MaxFileBytes:N0} are taken.", StatusCodes.Status413PayloadTooLarge);
        }

        return file.Length == 0 ? Refuse($"{file.FileName} is empty.", StatusCodes.Status422UnprocessableEntity) : null;
    }

    // Only the last part of the name counts, without anything that a file system or a terminal could take for more than a letter.
    private static string SafeName(string name)
    {
        var last = name.Split('/', '\\')[^1];
        var safe = string.Concat(last.Select(c => char.IsLetterOrDigit(c) || c is '.' or '-' or '_' or ' ' or '(' or ')' ? c : '_')).TrimStart('.', ' ');
        return safe.Length > 120 ? safe[^120..] : safe;
    }

    private static Upload Refuse(string detail, int status) => new() { Refusal = Results.Problem(detail, statusCode: status) };
}
