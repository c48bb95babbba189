namespace LocalRag.Connectors.SentenceTransformers.Hub.Http;

/// <summary>One call of the hub, described so that it can be sent again: at a redirect, and by the retries.</summary>
internal sealed record HubRequest(HttpMethod Method, Uri Uri)
{
    public static readonly HttpRequestOptionsKey<bool> RetryKey = new("LocalRag.Hub.Retry");
    public static readonly HttpRequestOptionsKey<TimeSpan> TimeoutKey = new("LocalRag.Hub.Timeout");

    /// <summary>Makes the body anew for each hop; it must be able to write itself more than once for the retries.</summary>
    public Func<HttpContent>? Body { get; init; }

    /// <summary>First byte wanted; 0 asks for the whole file.</summary>
    public long From { get; init; }

    public string? Accept { get; init; }

    /// <summary>False for calls that must not happen twice, and for those that have a cached answer to fall back to.</summary>
    public bool Retry { get; init; } = true;

    /// <summary>How long one attempt may take until its answer begins; null takes the setting.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>False keeps the token back even from the hub itself: storage addresses are signed and refuse a second credential.</summary>
    public bool SendToken { get; init; } = true;

    /// <summary>Whether a redirect that carries a file's metadata, or that leads to another origin, is itself the answer.</summary>
    public bool StopAtMetadata { get; init; }
}
