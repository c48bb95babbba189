using System.Text.Json;
using System.Text.Json.Serialization;

namespace LocalRag.Connectors.SentenceTransformers.Hub.Upload;

/// <summary>Body of <c>POST /api/repos/create</c>.</summary>
internal sealed record CreateRepository(string Type, string Name, string Organization, string? Visibility);

/// <summary>Body of <c>POST /api/validate-yaml</c>.</summary>
internal sealed record CardToCheck(string Content, string RepoType);

/// <summary>Answer of <c>POST /api/validate-yaml</c>.</summary>
internal sealed record CardCheck(CardCheck.Finding[]? Errors)
{
    internal sealed record Finding(string? Message);
}

/// <summary>Body of <c>POST …/preupload/{rev}</c>.</summary>
internal sealed record PreuploadRequest(PreuploadRequest.Candidate[] Files)
{
    internal sealed record Candidate(string Path, long Size, string Sample);
}

/// <summary>Answer of <c>POST …/preupload/{rev}</c>.</summary>
internal sealed record PreuploadAnswer(PreuploadAnswer.Verdict[]? Files)
{
    internal sealed record Verdict(string? Path, string? UploadMode, bool? ShouldIgnore, string? Oid);
}

/// <summary>Body of <c>POST …/info/lfs/objects/batch</c>.</summary>
internal sealed record LfsBatch(
    string Operation,
    string[] Transfers,
    LfsObject[] Objects,
    [property: JsonPropertyName("hash_algo")] string HashAlgorithm,
    LfsBatch.Reference? Ref)
{
    internal sealed record Reference(string Name);
}

/// <summary>A large file by its hash and size.</summary>
internal sealed record LfsObject(string Oid, long Size);

/// <summary>Answer of <c>POST …/info/lfs/objects/batch</c>.</summary>
internal sealed record LfsBatchAnswer(LfsBatchAnswer.Item[]? Objects)
{
    internal sealed record Item(string? Oid, Actions? Actions, Failure? Error);

    internal sealed record Actions(Action? Upload, Action? Verify);

    /// <summary>Where to send something; for a multipart upload the header holds <c>chunk_size</c> and the address of every part.</summary>
    internal sealed record Action(string? Href, Dictionary<string, JsonElement>? Header);

    internal sealed record Failure(int? Code, string? Message);
}

/// <summary>Body that completes a multipart upload.</summary>
internal sealed record LfsCompletion(string Oid, LfsCompletion.Part[] Parts)
{
    internal sealed record Part(int PartNumber, string Etag);
}

/// <summary>Answer of <c>POST …/commit/{rev}</c>.</summary>
internal sealed record CommitAnswer(string? CommitUrl, string? CommitOid, string? PullRequestUrl);
