namespace RagDemo.Web.Endpoints;

/// <summary>The body of <c>POST /api/search</c>.</summary>
internal sealed record SearchBody(string? Query, int? TopK = null, int? Candidates = null, string? Mode = null, bool? Rerank = null);
