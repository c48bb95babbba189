namespace LocalRag.Connectors.SentenceTransformers.Hub;

/// <summary>Why the hub, or the cache of its files, could not do what was asked.</summary>
public enum HubErrorKind
{
    /// <summary>The hub could not be reached, timed out or answered with a server error.</summary>
    Unavailable,

    /// <summary>A proxy on the way to the hub refused the connection.</summary>
    ProxyFailed,

    /// <summary>No such repository, or a private one that the token may not see.</summary>
    RepositoryNotFound,

    /// <summary>The repository has no such branch, tag or commit.</summary>
    RevisionNotFound,

    /// <summary>The repository has no such file at that revision.</summary>
    FileNotFound,

    /// <summary>The repository is gated and access has not been granted to this token.</summary>
    GatedRepository,

    /// <summary>The hub knows no such token.</summary>
    InvalidToken,

    /// <summary>The token lacks the right that the call needs.</summary>
    Forbidden,

    /// <summary>The repository was disabled by the hub.</summary>
    RepositoryDisabled,

    /// <summary>Too many requests; the message says how long to wait.</summary>
    RateLimited,

    /// <summary>Something else was changed at the same time, or exists already.</summary>
    Conflict,

    /// <summary>The hub refused the request for another reason; the message repeats what it said.</summary>
    Rejected,

    /// <summary>The network may not be used and the cache does not hold what was asked for.</summary>
    NotCached,

    /// <summary>The cache folder cannot be written: it is read-only, full or no folder.</summary>
    CacheNotWritable,

    /// <summary>The bytes received are not those that the hub announced: size or hash differ.</summary>
    Corrupt,

    /// <summary>The repository or the server tried something unsafe, such as a file name that leaves the cache.</summary>
    Unsafe,

    /// <summary>The answer is not that of a hub: a header or a field is missing or malformed.</summary>
    Protocol,

    /// <summary>The repository has no ONNX file, or several and none is the default.</summary>
    NoOnnxFile,
}
