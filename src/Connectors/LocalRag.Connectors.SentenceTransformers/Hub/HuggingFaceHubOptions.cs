namespace LocalRag.Connectors.SentenceTransformers.Hub;

/// <summary>Where the hub is, where its files are kept and how patient a client is. What is not set comes from the environment variables of the Python library.</summary>
public sealed class HuggingFaceHubOptions
{
    /// <summary>Address of the hub.</summary>
    /// <value>An absolute http or https address; null (the default) takes <c>HF_ENDPOINT</c>, or else <c>https://huggingface.co</c>.</value>
    public string? Endpoint { get; set; }

    /// <summary>Folder of the cache, in the layout of the Python library and shared with it.</summary>
    /// <value>Null (the default) takes <c>SENTENCE_TRANSFORMERS_HOME</c>, <c>HF_HUB_CACHE</c>, <c>HF_HOME/hub</c> or <c>~/.cache/huggingface/hub</c>, the first that is set.</value>
    public string? CacheFolder { get; set; }

    /// <summary>Access token for private and gated repositories and for pushing; sent to <see cref="Endpoint"/> and to no other origin.</summary>
    /// <value>Null (the default) takes <c>HF_TOKEN</c>, or else the file that <c>hf auth login</c> writes; an empty string sends none.</value>
    public string? Token { get; set; }

    /// <summary>Whether only the cache may answer, without a single request.</summary>
    /// <value>False (the default) follows <c>HF_HUB_OFFLINE</c> and <c>TRANSFORMERS_OFFLINE</c>.</value>
    public bool LocalFilesOnly { get; set; }

    /// <summary>Whether snapshots hold plain files rather than symbolic links to shared blobs.</summary>
    /// <value>False (the default) links where the system can, unless <c>HF_HUB_DISABLE_SYMLINKS</c> is set.</value>
    public bool DisableSymbolicLinks { get; set; }

    /// <summary>How many files are downloaded at the same time.</summary>
    /// <value>1 to 64; 8 by default.</value>
    public int MaxParallelDownloads { get; set; } = 8;

    /// <summary>How long one request may take until its answer begins.</summary>
    /// <value>Above zero; null (the default) takes <c>HF_HUB_ETAG_TIMEOUT</c>, or else 10 seconds.</value>
    public TimeSpan? RequestTimeout { get; set; }

    /// <summary>How long a running download may stand still before it is resumed.</summary>
    /// <value>Above zero; null (the default) takes <c>HF_HUB_DOWNLOAD_TIMEOUT</c>, or else 10 seconds.</value>
    public TimeSpan? StallTimeout { get; set; }
}
