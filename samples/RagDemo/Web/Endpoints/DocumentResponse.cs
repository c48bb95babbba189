using LocalRag.Plugins.Ingestion;
using RagDemo.Documents;

namespace RagDemo.Web.Endpoints;

/// <summary>A document as the interface shows it.</summary>
internal sealed record DocumentResponse(string Id, string Name, string? Title, long Bytes, string Hash, int Chunks, string Status, string? Error, string? Warning, bool Removable)
{
    public static DocumentResponse From(SourceDocument d) => new(
        d.Id, d.Id.Split('/')[^1], d.Title, d.Bytes, d.Hash, d.Passages, d.Error is not null ? "failed" : d.Hash.Length > 0 ? "indexed" : "indexing", d.Error, d.Warning, DocumentIndex.IsUpload(d.Id));
}
