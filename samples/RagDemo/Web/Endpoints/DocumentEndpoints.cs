using LocalRag.Plugins.Ingestion;
using RagDemo.Documents;

namespace RagDemo.Web.Endpoints;

/// <summary><c>/api/documents</c>: list, upload, read, delete.</summary>
internal static class DocumentEndpoints
{
    private const int MaxPage = 1000;

    public static void MapDocuments(this WebApplication app)
    {
        var group = app.MapGroup("/api/documents").WithMetadata(WaitForModels.Mark);
        group.MapGet("/", ListAsync).WithName("documents").WithSummary("The documents, page by page.").Produces<DocumentPage>().ProducesProblem(400);
        group.MapPost("/", UploadAsync).WithName("upload")
            .WithSummary("Adds documents; 202 and the run that indexes them, 200 if they are indexed already.")
            .Accepts<IFormFileCollection>("multipart/form-data").Produces<JobState>(202).Produces<IEnumerable<DocumentResponse>>()
            .ProducesProblem(400).ProducesProblem(403).ProducesProblem(413).ProducesProblem(415).ProducesProblem(422);
        group.MapGet("/{id}", async (string id, DocumentIndex index, CancellationToken token) =>
            await FindAsync(index, id, token) is { } document ? Results.Ok(DocumentResponse.From(document)) : NoSuchDocument(id))
            .WithName("document").Produces<DocumentResponse>().ProducesProblem(404);
        group.MapGet("/{id}/text", TextAsync).WithName("documentText").WithSummary("The text that passages' offsets count in.").Produces<string>(200, "text/plain").ProducesProblem(404).ProducesProblem(409);
        group.MapGet("/{id}/file", FileAsync).WithName("documentFile").WithSummary("The file itself, as an attachment.").Produces(200, contentType: "application/octet-stream").ProducesProblem(404);
        group.MapDelete("/{id}", DeleteAsync).WithName("deleteDocument").WithSummary("Deletes an uploaded document with its passages.").Produces(204).ProducesProblem(403).ProducesProblem(404).ProducesProblem(409);
    }

    private static async Task<DocumentPage> ListAsync(DocumentIndex index, CancellationToken cancellationToken, int skip = 0, int take = 100)
    {
        if (skip < 0 || take is < 1 or > MaxPage)
        {
            throw new ArgumentException($"skip must be 0 or more and take 1 to {MaxPage}, but they are {skip} and {take}.");
        }

        var all = await index.Indexer.GetDocumentsAsync(cancellationToken);
        return new([.. all.Skip(skip).Take(take).Select(DocumentResponse.From)], all.Count);
    }

    private static async Task<IResult> UploadAsync(HttpRequest request, DocumentIndex index, IngestionJobs jobs, Limits limits, CancellationToken cancellationToken)
    {
        if (!request.HasFormContentType)
        {
            return Results.Problem("Send the files as multipart/form-data.", statusCode: StatusCodes.Status415UnsupportedMediaType);
        }

        IFormFileCollection files;
        try
        {
            files = (await request.ReadFormAsync(cancellationToken)).Files;
        }
        catch (InvalidDataException)
        {
            return Results.Problem($"The upload is larger than {limits.MaxRequestBytes:N0} bytes. Send fewer files at once.", statusCode: StatusCodes.Status413PayloadTooLarge);
        }

        var known = (await index.Indexer.GetDocumentsAsync(cancellationToken)).ToDictionary(d => d.Id, StringComparer.Ordinal);
        var upload = await Upload.CheckAsync(files, index, known, limits, cancellationToken);
        if (upload.Refusal is { } refusal)
        {
            return refusal;
        }

        return upload.HasChanges
            ? IngestionEndpoints.Accepted(jobs.Add(await upload.SaveAsync(index, cancellationToken)))
            : Results.Ok(upload.Ids.Select(id => DocumentResponse.From(known[id])));
    }

    private static async Task<IResult> TextAsync(string id, DocumentIndex index, CancellationToken cancellationToken)
    {
        if (await FindAsync(index, id, cancellationToken) is not { } document || index.FileOf(document.Id) is not { } file || !File.Exists(file.Path))
        {
            return NoSuchDocument(id);
        }

        var bytes = await File.ReadAllBytesAsync(file.Path, cancellationToken);
        if (Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(bytes)) != document.Hash)
        {
            return Results.Problem("The file has changed since it was indexed, so its passages cannot be shown in place. Re-index first.", statusCode: StatusCodes.Status409Conflict);
        }

        var text = index.Readers.For(file.Path)!.Read(bytes, document.Id, cancellationToken).Text;
        return Results.Text(text, "text/plain; charset=utf-8");
    }

    private static async Task<IResult> FileAsync(string id, DocumentIndex index, CancellationToken cancellationToken) =>
        await FindAsync(index, id, cancellationToken) is { } document && index.FileOf(document.Id) is { } file && File.Exists(file.Path)
            ? Results.File(file.Path, "application/octet-stream", document.Id.Split('/')[^1])
            : NoSuchDocument(id);

    private static async Task<IResult> DeleteAsync(string id, DocumentIndex index, CancellationToken cancellationToken)
    {
        if (await FindAsync(index, id, cancellationToken) is not { } document)
        {
            return NoSuchDocument(id);
        }

        if (!DocumentIndex.IsUpload(document.Id))
        {
            return Results.Problem("This document belongs to the folder. Delete the file there and re-index.", statusCode: StatusCodes.Status409Conflict);
        }

        await index.DeleteAsync(document.Id, cancellationToken);
        return Results.NoContent();
    }

    // A slash inside a path segment stays encoded until here.
    private static async Task<SourceDocument?> FindAsync(DocumentIndex index, string id, CancellationToken cancellationToken)
    {
        var plain = id.Replace("%2F", "/", StringComparison.OrdinalIgnoreCase);
        return (await index.Indexer.GetDocumentsAsync(cancellationToken)).FirstOrDefault(d => d.Id == plain || d.Id == id);
    }

    private static IResult NoSuchDocument(string id) => Results.Problem($"There is no document '{id}'.", statusCode: StatusCodes.Status404NotFound);

    private sealed record DocumentPage(IReadOnlyList<DocumentResponse> Items, int Total);
}
