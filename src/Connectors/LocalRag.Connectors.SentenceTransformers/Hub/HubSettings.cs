using System.Globalization;
using LocalRag.Connectors.SentenceTransformers.Hub.Naming;

namespace LocalRag.Connectors.SentenceTransformers.Hub;

/// <summary>Options and environment variables, merged and checked once; immutable.</summary>
internal sealed record HubSettings
{
    private const string DefaultEndpoint = "https://huggingface.co";

    public required Uri Endpoint { get; init; }
    public required string CacheFolder { get; init; }
    public required string? Token { get; init; }
    public required bool Offline { get; init; }
    public required bool UseLinks { get; init; }
    public required bool Telemetry { get; init; }
    public required int MaxParallelDownloads { get; init; }
    public required TimeSpan RequestTimeout { get; init; }
    public required TimeSpan StallTimeout { get; init; }

    public static HubSettings Create(HuggingFaceHubOptions options, Func<string, string?> environment)
    {
        if (options.MaxParallelDownloads is < 1 or > 64)
        {
            throw new ArgumentException($"{nameof(HuggingFaceHubOptions.MaxParallelDownloads)} is {options.MaxParallelDownloads}; expected 1 to 64.", nameof(options));
        }

        string? Get(string name) => environment(name) is { } value && value.Trim() is { Length: > 0 } trimmed ? trimmed : null;
        bool IsOn(string name) => Get(name)?.ToUpperInvariant() is "1" or "ON" or "YES" or "TRUE";

        var home = Get("HF_HOME") is { } set
            ? Expand(set, environment)
            : Path.Combine(Get("XDG_CACHE_HOME") is { } xdg ? Expand(xdg, environment) : Path.Combine(Home(environment), ".cache"), "huggingface");
        var cache = options.CacheFolder ?? Get("SENTENCE_TRANSFORMERS_HOME") ?? Get("HF_HUB_CACHE") ?? Get("HUGGINGFACE_HUB_CACHE");
        return new HubSettings
        {
            Endpoint = ParseEndpoint(options.Endpoint ?? Get("HF_ENDPOINT") ?? DefaultEndpoint),
            CacheFolder = Path.GetFullPath(cache is null ? Path.Combine(home, "hub") : Expand(cache, environment)),
            Token = FindToken(options.Token, Get, IsOn("HF_HUB_DISABLE_IMPLICIT_TOKEN"), path => Expand(path, environment), home),
            Offline = options.LocalFilesOnly || IsOn("HF_HUB_OFFLINE") || IsOn("TRANSFORMERS_OFFLINE"),
            UseLinks = !options.DisableSymbolicLinks && !IsOn("HF_HUB_DISABLE_SYMLINKS"),
            Telemetry = !(IsOn("HF_HUB_DISABLE_TELEMETRY") || IsOn("DISABLE_TELEMETRY") || IsOn("DO_NOT_TRACK")),
            MaxParallelDownloads = options.MaxParallelDownloads,
            RequestTimeout = Timeout(options.RequestTimeout, nameof(options.RequestTimeout), Get("HF_HUB_ETAG_TIMEOUT")),
            StallTimeout = Timeout(options.StallTimeout, nameof(options.StallTimeout), Get("HF_HUB_DOWNLOAD_TIMEOUT")),
        };
    }

    /// <summary>These settings with another cache or token where one is given.</summary>
    public HubSettings With(string? cacheFolder, string? token) => this with
    {
        CacheFolder = cacheFolder is null ? CacheFolder : Path.GetFullPath(Expand(cacheFolder, Environment.GetEnvironmentVariable)),
        Token = token is null ? Token : CheckToken(token.Trim()),
    };

    /// <summary>Replaces a leading <c>~</c> and <c>$VAR</c> or <c>${VAR}</c>, as Python's expanduser and expandvars do.</summary>
    public static string Expand(string path, Func<string, string?> environment)
    {
        if (path == "~" || path.StartsWith("~/", StringComparison.Ordinal) || path.StartsWith("~\\", StringComparison.Ordinal))
        {
            path = Home(environment) + path[1..];
        }

        return System.Text.RegularExpressions.Regex.Replace(
            path, @"\$(?:\{(\w+)\}|(\w+))", match => environment(match.Groups[1].Success ? match.Groups[1].Value : match.Groups[2].Value) ?? match.Value);
    }

    private static string Home(Func<string, string?> environment)
        => environment("HOME") is { Length: > 0 } home ? home : Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);

    private static Uri ParseEndpoint(string text)
    {
        if (!Uri.TryCreate(text.TrimEnd('/'), UriKind.Absolute, out var endpoint) || endpoint.Scheme is not ("http" or "https") || endpoint.UserInfo.Length > 0)
        {
            throw new ArgumentException($"The hub's address '{RemotePath.Printable(text)}' (option Endpoint or HF_ENDPOINT) is not an absolute http or https address without user name.");
        }

        return endpoint;
    }

    private static string? FindToken(string? option, Func<string, string?> get, bool onlyExplicit, Func<string, string> expand, string home)
    {
        var token = option?.Trim();
        if (token is null && !onlyExplicit)
        {
            token = get("HF_TOKEN") ?? get("HUGGING_FACE_HUB_TOKEN");
            var file = get("HF_TOKEN_PATH") is { } path ? expand(path) : Path.Combine(home, "token");
            if (token is null && File.Exists(file))
            {
                token = File.ReadAllText(file).Trim();
            }
        }

        return CheckToken(token);
    }

    private static string? CheckToken(string? token)
    {
        if (string.IsNullOrEmpty(token))
        {
            return null;
        }

        // The text becomes a header; the message must not repeat it.
        return token.All(c => c is > ' ' and < '\u007F')
            ? token
            : throw new ArgumentException("The hub token (option Token, HF_TOKEN or the token file) holds blanks or characters that no token has. Copy it again from the hub's settings page.");
    }

    private static TimeSpan Timeout(TimeSpan? option, string name, string? seconds)
    {
        if (option is { } set)
        {
            return set > TimeSpan.Zero ? set : throw new ArgumentException($"{name} is {set}; expected a time above zero.");
        }

        return double.TryParse(seconds, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && value is > 0 and < 86_400
            ? TimeSpan.FromSeconds(value)
            : TimeSpan.FromSeconds(10);
    }
}
