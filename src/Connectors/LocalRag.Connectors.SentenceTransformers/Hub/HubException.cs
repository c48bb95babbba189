using System.Net;

namespace LocalRag.Connectors.SentenceTransformers.Hub;

/// <summary>A download from or a push to a model hub failed; the message says what was expected, what was found and what to do.</summary>
public sealed class HubException : Exception
{
    /// <summary>Creates the exception.</summary>
    /// <param name="kind">Why the call failed.</param>
    /// <param name="message">The message; it must not hold the token.</param>
    /// <param name="innerException">The cause, when there is one.</param>
    public HubException(HubErrorKind kind, string message, Exception? innerException = null)
        : base(message, innerException)
        => Kind = kind;

    /// <summary>Why the call failed.</summary>
    public HubErrorKind Kind { get; }

    /// <summary>The status of the hub's answer; null when there was none.</summary>
    public HttpStatusCode? StatusCode { get; init; }

    /// <summary>The hub's own id of the request, useful in a report to its operators; null when it sent none.</summary>
    public string? RequestId { get; init; }

    // A cached copy may stand in when the hub is silent or hides the repository, but never when it says that the revision or file is gone.
    internal bool AllowsCachedCopy => Kind is HubErrorKind.Unavailable or HubErrorKind.RepositoryNotFound or HubErrorKind.GatedRepository
        or HubErrorKind.InvalidToken or HubErrorKind.Forbidden or HubErrorKind.RepositoryDisabled or HubErrorKind.RateLimited;
}
