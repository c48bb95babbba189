using System.Security.Cryptography;
using LocalRag.Plugins.Ingestion;
using RagDemo.Documents;

namespace RagDemo.Web.Endpoints;

/// <summary>Files on their way in: checked before anything is kept, kept whole or not at all.</summary>
internal sealed class Upload
{
    private static readonly HashSet<string> Allowed = new(StringComparer.OrdinalIgnoreCase) { ".md", ".markdown", ".txt", ".html", ".htm", ".pdf" };

    private const int LongestName = 120;

    private readonly List<(string Id, byte[] Content)> _changed = [];

    public IResult? Refusal { get; private init; }

    /// <summary>Identifiers of all documents of the upload.</summary>
    public List<string> Ids { get; } = [];

    public bool HasChanges => _changed.Count > 0;

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

            var name = ShownName(file.FileName);
            var id = UploadStore.Prefix + name;
            var content = new byte[file.Length];
            await using (var stream = file.OpenReadStream())
            {
                await stream.ReadExactlyAsync(content, cancellationToken);
            }

            try
            {
                index.Readers.For(id)!.Read(content, id, cancellationToken);
            }
            catch (InvalidDataException error)
            {
                return Refuse($"{name}: {error.Message}", StatusCodes.Status422UnprocessableEntity);
            }

            upload.Ids.Add(id);
            if (!known.TryGetValue(id, out var before) || before.Hash != Convert.ToHexStringLower(SHA256.HashData(content)))
            {
                upload._changed.Add((id, content));
            }
        }

        return upload;
    }

    /// <summary>Keeps what has changed.</summary>
    public async Task<IReadOnlyList<SourceFile>> SaveAsync(DocumentIndex index, CancellationToken cancellationToken)
    {
        var saved = new List<SourceFile>();
        foreach (var (id, content) in _changed)
        {
            saved.Add(await index.SaveUploadAsync(id, content, cancellationToken));
        }

        return saved;
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

    // Only the last part of the name is shown, without what could steer a terminal. It never names a file.
    private static string ShownName(string name)
    {
        var last = string.Concat(name.Split('/', '\\')[^1].Where(c => !char.IsControl(c))).Trim();
        return last.Length > LongestName ? last[^LongestName..] : last;
    }

    private static Upload Refuse(string detail, int status) => new() { Refusal = Results.Problem(detail, statusCode: status) };
}
