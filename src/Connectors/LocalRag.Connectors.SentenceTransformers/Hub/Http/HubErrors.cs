using System.Net;
using System.Text.Json;
using LocalRag.Connectors.SentenceTransformers.Hub.Naming;

namespace LocalRag.Connectors.SentenceTransformers.Hub.Http;

/// <summary>Turns an answer that is no success into an exception that says what to do.</summary>
internal static class HubErrors
{
    private const int LongestBody = 64 * 1024;

    public static async Task<HubException> ReadAsync(HttpResponseMessage response, string subject, HubSettings settings, TimeProvider time, CancellationToken cancellationToken)
    {
        var said = FileMetadata.Header(response, "X-Error-Message") ?? await ReadBodyAsync(response, settings, time, cancellationToken).ConfigureAwait(false);
        var code = FileMetadata.Header(response, "X-Error-Code");
        var (kind, advice) = Classify(response, code, said, settings);
        var status = (int)response.StatusCode;
        var quoted = string.IsNullOrWhiteSpace(said) ? "" : $" The hub says: \"{RemotePath.Printable(said.Trim())}\".";
        return new HubException(kind, $"{subject}: {settings.Endpoint.Host} answered {status}{(code is null ? "" : $" ({RemotePath.Printable(code)})")}.{quoted} {advice}")
        {
            StatusCode = response.StatusCode,
            RequestId = FileMetadata.Header(response, "X-Request-Id"),
        };
    }

    private static (HubErrorKind Kind, string Advice) Classify(HttpResponseMessage response, string? code, string? said, HubSettings settings)
    {
        var hasToken = settings.Token is not null;
        return (response.StatusCode, code) switch
        {
            (_, "RepoNotFound") => (HubErrorKind.RepositoryNotFound, Missing(hasToken)),
            (_, "RevisionNotFound") => (HubErrorKind.RevisionNotFound, "Check the revision: a branch, a tag, a commit or refs/pr/N of that repository."),
            (_, "EntryNotFound") => (HubErrorKind.FileNotFound, "Check the path of the file at that revision."),
            (HttpStatusCode.Unauthorized, "GatedRepo") => (HubErrorKind.GatedRepository, "The repository is gated: accept its terms on its page, then set HF_TOKEN."),
            (_, "GatedRepo") => (HubErrorKind.GatedRepository, "The repository is gated and this token has no access: accept its terms on its page, and give a fine-grained token the right to read gated repositories."),
            (HttpStatusCode.Unauthorized, _) when Says("Invalid credentials in Authorization header")
                => (HubErrorKind.InvalidToken, "The hub does not know this token. Renew HF_TOKEN or remove it."),
            (HttpStatusCode.Unauthorized, _) => (HubErrorKind.RepositoryNotFound, Missing(hasToken)),
            (HttpStatusCode.Forbidden, _) when Says("Access to this resource is disabled")
                => (HubErrorKind.RepositoryDisabled, "The hub has disabled this repository; use another one."),
            (HttpStatusCode.Forbidden, _) => (HubErrorKind.Forbidden, "The token lacks the right for this; create one that may do it."),
            (HttpStatusCode.NotFound, _) => (HubErrorKind.FileNotFound, "Check the name, the revision and HF_ENDPOINT."),
            (HttpStatusCode.Conflict or HttpStatusCode.PreconditionFailed, _) => (HubErrorKind.Conflict, "Something else changed it at the same time, or it exists already; look at the repository and try again."),
            (HttpStatusCode.TooManyRequests, _) => (HubErrorKind.RateLimited, RateLimit.Wait(response) is { } wait
                ? $"Wait {wait.TotalSeconds:0} s{(hasToken ? "" : ", or set HF_TOKEN for a larger allowance")}."
                : $"Wait some minutes{(hasToken ? "" : ", or set HF_TOKEN for a larger allowance")}."),
            ( >= HttpStatusCode.InternalServerError, _) or (HttpStatusCode.RequestTimeout, _) => (HubErrorKind.Unavailable, "Try again later, or set HF_HUB_OFFLINE=1 to use the cache alone."),
            _ => (HubErrorKind.Rejected, "Correct the request, or check HF_ENDPOINT."),
        };

        bool Says(string text) => said?.Contains(text, StringComparison.OrdinalIgnoreCase) == true;
    }

    private static string Missing(bool hasToken) => hasToken
        ? "Check the name; if the repository is private or gated, this token may not see it."
        : "Check the name; if the repository is private or gated, set HF_TOKEN to a token that may see it.";

    private static async Task<string?> ReadBodyAsync(HttpResponseMessage response, HubSettings settings, TimeProvider time, CancellationToken cancellationToken)
    {
        // Pages of proxies and load balancers say nothing that helps.
        if (response.Content.Headers.ContentType?.MediaType is not { } type || !type.EndsWith("json", StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        try
        {
            var body = await HubBody.ReadAsync(response, LongestBody, settings, time, cancellationToken).ConfigureAwait(false);
            using var document = JsonDocument.Parse(body);
            return Text(document.RootElement);
        }
        catch (Exception exception) when (exception is JsonException or HubException)
        {
            // The status alone has to do.
            return null;
        }
    }

    // {"error": "…" or ["…"]}, {"errors": [{"message": "…"}]} or {"message": "…"}.
    private static string? Text(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.String => element.GetString(),
        JsonValueKind.Array => string.Join(" ", element.EnumerateArray().Select(Text).Where(text => text is not null)) is { Length: > 0 } all ? all : null,
        JsonValueKind.Object => Property(element, "error") ?? Property(element, "errors") ?? Property(element, "message"),
        _ => null,
    };

    private static string? Property(JsonElement element, string name) => element.TryGetProperty(name, out var value) ? Text(value) : null;
}
