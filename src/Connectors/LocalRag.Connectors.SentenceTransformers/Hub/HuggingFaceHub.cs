using LocalRag.Connectors.SentenceTransformers.Hub.Download;
using LocalRag.Connectors.SentenceTransformers.Hub.Http;
using LocalRag.Connectors.SentenceTransformers.Hub.Naming;
using LocalRag.Connectors.SentenceTransformers.Hub.Upload;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace LocalRag.Connectors.SentenceTransformers.Hub;

/// <summary>Downloads models from a Hugging Face hub into the cache that the Python library uses, and pushes model directories to it.</summary>
/// <remarks>
/// Safe for concurrent use, also by several processes on one cache. Requests are retried five times with growing pauses; interrupted downloads go on where
/// they stopped; no file gets its final name before its size and hash are checked. The token is sent to the hub's own origin only.
/// </remarks>
public sealed partial class HuggingFaceHub
{
    private readonly HubConnection _connection;
    private readonly ILogger _logger;

    /// <summary>Creates a client that shares its connections with all others made this way. With dependency injection, use <c>AddHuggingFaceHub</c>.</summary>
    /// <param name="options">Where and how; null takes everything from the environment variables.</param>
    /// <exception cref="ArgumentException">An option or an environment variable is out of its range.</exception>
    public HuggingFaceHub(HuggingFaceHubOptions? options = null)
        : this(options ?? new HuggingFaceHubOptions(), static () => HubClients.Shared, TimeProvider.System, Environment.GetEnvironmentVariable, NullLogger.Instance)
    {
    }

    internal HuggingFaceHub(HuggingFaceHubOptions options, Func<HttpClient> client, TimeProvider time, Func<string, string?> environment, ILogger logger)
    {
        _connection = new HubConnection(client, HubSettings.Create(options, environment), time);
        _logger = logger;
    }

    private HuggingFaceHub(HubConnection connection, ILogger logger)
    {
        _connection = connection;
        _logger = logger;
    }

    /// <summary>The folder of the cache that is used.</summary>
    public string CacheFolder => _connection.Settings.CacheFolder;

    internal HubSettings Settings => _connection.Settings;

    /// <summary>The same hub over the same connections, with another cache or token where one is given.</summary>
    internal HuggingFaceHub With(string? cacheFolder, string? token)
        => cacheFolder is null && token is null ? this : new HuggingFaceHub(_connection.With(Settings.With(cacheFolder, token)), _logger);

    /// <summary>Downloads the files that running the model needs (its ONNX file, tokenizer and configuration) and returns their directory.</summary>
    /// <param name="name"><c>owner/name</c> or <c>owner/name@revision</c>.</param>
    /// <param name="options">What to take; null takes the defaults.</param>
    /// <param name="progress">Told about every block that arrives, from several threads but one at a time.</param>
    /// <param name="cancellationToken">Ends the download; what has arrived is kept and the next call goes on from there.</param>
    /// <returns>The directory of the snapshot, ready to be loaded.</returns>
    /// <remarks>Cached files are not downloaded again: one request finds out whether the revision has moved, and a full commit or offline use needs none.</remarks>
    /// <exception cref="ArgumentException">The name or the options are malformed.</exception>
    /// <exception cref="HubException">The model is missing, unreachable, unsafe or has no ONNX file; its kind and message say which.</exception>
    public Task<string> DownloadAsync(string name, HubDownloadOptions? options = null, IProgress<HubProgress>? progress = null, CancellationToken cancellationToken = default)
        => DownloadAsync(name, ModelKind.BiEncoder, options, progress, cancellationToken);

    /// <summary>Downloads one file of any kind and returns its path in the cache.</summary>
    /// <param name="name"><c>owner/name</c> or <c>owner/name@revision</c>.</param>
    /// <param name="path">The path inside the repository, with forward slashes.</param>
    /// <param name="options">What to take; <see cref="HubDownloadOptions.OnnxFile"/> has no effect here.</param>
    /// <param name="progress">Told about every block that arrives.</param>
    /// <param name="cancellationToken">Ends the download; what has arrived is kept and the next call goes on from there.</param>
    /// <returns>The path of the file.</returns>
    /// <exception cref="ArgumentException">The name, the path or the options are malformed.</exception>
    /// <exception cref="HubException">The file is missing, unreachable or unsafe; its kind and message say which.</exception>
    public Task<string> DownloadFileAsync(string name, string path, HubDownloadOptions? options = null, IProgress<HubProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        options ??= new HubDownloadOptions();
        return new SingleFileDownload(_connection, RepositoryName.Parse(name, options.Revision), options, LogCachedCopy).RunAsync(path, progress, cancellationToken);
    }

    /// <summary>Says which files a download would take and how many bytes of them are not in the cache yet.</summary>
    /// <param name="name"><c>owner/name</c> or <c>owner/name@revision</c>.</param>
    /// <param name="options">What to take; null takes the defaults.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <remarks>Fetches the listing and the small file <c>modules.json</c>, which decides what else is needed.</remarks>
    /// <exception cref="ArgumentException">The name or the options are malformed.</exception>
    /// <exception cref="HubException">The model is missing, unreachable, unsafe or has no ONNX file; its kind and message say which.</exception>
    public Task<HubDownloadSize> GetDownloadSizeAsync(string name, HubDownloadOptions? options = null, CancellationToken cancellationToken = default)
    {
        options ??= new HubDownloadOptions();
        return new SnapshotDownload(_connection, RepositoryName.Parse(name, options.Revision), ModelKind.BiEncoder, options, LogCachedCopy).MeasureAsync(cancellationToken);
    }

    /// <summary>Pushes a model directory as one commit, after its large files have been stored.</summary>
    /// <param name="directory">The directory: all its files but those of <c>.git</c> and <c>.cache</c>; symbolic links are refused.</param>
    /// <param name="repositoryId"><c>owner/name</c>; created unless it exists.</param>
    /// <param name="options">How to push; null takes the defaults.</param>
    /// <param name="progress">Told about the large files as they are stored, from several threads but one at a time.</param>
    /// <param name="cancellationToken">Ends the push; nothing is committed then, and large files that are stored are not sent again next time.</param>
    /// <returns>The commit. When the repository holds all of it already there is no new one.</returns>
    /// <remarks>Files that the repository has beyond those of the directory stay. A model card (<c>README.md</c>) is written when neither side has one.</remarks>
    /// <exception cref="ArgumentException">The directory, the name or an option is malformed.</exception>
    /// <exception cref="DirectoryNotFoundException">There is no such directory.</exception>
    /// <exception cref="InvalidDataException">The directory holds a symbolic link, or a name that the hub cannot hold.</exception>
    /// <exception cref="HubException">There is no token, or the hub refused; the kind and message say which.</exception>
    public Task<HubPushResult> PushAsync(string directory, string repositoryId, HubPushOptions? options = null, IProgress<HubProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(directory);
        return Directory.Exists(directory)
            ? PushAsync(directory, repositoryId, ModelKindReader.Read(directory), options, progress, cancellationToken)
            : throw new DirectoryNotFoundException($"There is no directory '{Path.GetFullPath(directory)}' to push.");
    }

    internal Task<HubPushResult> PushAsync(string directory, string repositoryId, ModelKind kind, HubPushOptions? options, IProgress<HubProgress>? progress, CancellationToken cancellationToken)
    {
        options ??= new HubPushOptions();
        var name = RepositoryName.Parse(repositoryId, options.Revision);
        if (options.Tags.Any(string.IsNullOrWhiteSpace))
        {
            throw new ArgumentException($"{nameof(HubPushOptions.Tags)} holds an empty tag.", nameof(options));
        }

        if (Settings.Offline)
        {
            throw new HubException(HubErrorKind.Unavailable, "A push needs the network. Drop LocalFilesOnly, HF_HUB_OFFLINE and TRANSFORMERS_OFFLINE.");
        }

        return Settings.Token is null
            ? throw new HubException(HubErrorKind.InvalidToken, $"A push to '{name}' needs a token with write access. Set HF_TOKEN or the option Token.")
            : new RepositoryPush(_connection, name, kind, options).RunAsync(directory, progress, cancellationToken);
    }

    internal Task<string> DownloadAsync(string name, ModelKind kind, HubDownloadOptions? options, IProgress<HubProgress>? progress, CancellationToken cancellationToken)
    {
        options ??= new HubDownloadOptions();
        return new SnapshotDownload(_connection, RepositoryName.Parse(name, options.Revision), kind, options, LogCachedCopy).RunAsync(progress, cancellationToken);
    }

    private void LogCachedCopy(RepositoryName name, HubException reason) => LogCachedCopy(_logger, name.ToString(), reason.Message);

    [LoggerMessage(1, LogLevel.Warning, "The hub could not be asked about '{Name}', so the cached copy is used: {Reason}")]
    private static partial void LogCachedCopy(ILogger logger, string name, string reason);
}
