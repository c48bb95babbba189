using System.Net;
using System.Net.Http.Headers;
using System.Runtime.InteropServices;
using Polly.Timeout;

namespace LocalRag.Connectors.SentenceTransformers.Hub.Http;

/// <summary>Sends requests to the hub and walks redirects hop by hop, so that the token never leaves the hub's own origin.</summary>
/// <remarks>
/// The platform's automatic redirects would drop the token even within one origin, keep custom headers towards strangers and turn a POST into a GET;
/// they have to be off in the handler below.
/// </remarks>
internal sealed class HubConnection(Func<HttpClient> client, HubSettings settings, TimeProvider time)
{
    private const int MaxHops = 10;

    // A line slower than this is given up; a stalled upload is noticed by it.
    private const double SlowestBytesPerSecond = 16 * 1024;
    private static readonly TimeSpan LongRequest = TimeSpan.FromSeconds(60);

    private static readonly string Version = typeof(HubConnection).Assembly.GetName().Version?.ToString(3) ?? "0";

    public TimeProvider Time => time;

    public HubSettings Settings => settings;

    public HubConnection With(HubSettings other) => new(client, other, time);

    /// <summary>An address below the hub's own; <paramref name="path"/> is encoded already.</summary>
    public Uri Address(string path) => new(settings.Endpoint.AbsoluteUri.TrimEnd('/') + "/" + path);

    /// <summary>How long a request may take that nothing can stand in for, and that carries so many bytes.</summary>
    public TimeSpan Patience(long bytes = 0)
        => (settings.RequestTimeout > LongRequest ? settings.RequestTimeout : LongRequest) + TimeSpan.FromSeconds(bytes / SlowestBytesPerSecond);

    public bool IsHub(Uri uri) => IsSameOrigin(uri, settings.Endpoint);

    /// <summary>Sends the request and returns the answer at the end of its redirects, whatever its status; the caller disposes it.</summary>
    /// <exception cref="HubException">The network failed, or a redirect was unsafe.</exception>
    public async Task<HttpResponseMessage> SendAsync(HubRequest request, CancellationToken cancellationToken)
    {
        if (settings.Offline)
        {
            throw new InvalidOperationException("A request was about to be sent although the hub is used offline.");
        }

        var uri = request.Uri;
        for (var hop = 0; hop <= MaxHops; hop++)
        {
            var response = await SendOnceAsync(request, uri, cancellationToken).ConfigureAwait(false);
            if (!IsRedirect(response.StatusCode) || (request.StopAtMetadata && HasMetadata(response)))
            {
                return response;
            }

            Uri next;
            using (response)
            {
                next = Follow(request, uri, response);
                if (request.StopAtMetadata && !IsSameOrigin(next, uri))
                {
                    throw new HubException(HubErrorKind.Protocol, $"{uri.Host} sent the request for a file's metadata on to {next.Host} without the metadata (X-Repo-Commit and an ETag). This is not how a hub answers; check HF_ENDPOINT.");
                }
            }

            uri = next;
        }

        throw new HubException(HubErrorKind.Protocol, $"{request.Uri} was redirected more than {MaxHops} times. Check HF_ENDPOINT.");
    }

    /// <summary>Sends the request and returns the answer when its status is a success; otherwise throws what the hub said.</summary>
    public async Task<HttpResponseMessage> SendCheckedAsync(HubRequest request, string subject, CancellationToken cancellationToken)
    {
        var response = await SendAsync(request, cancellationToken).ConfigureAwait(false);
        if (response.IsSuccessStatusCode || (request.StopAtMetadata && IsRedirect(response.StatusCode)))
        {
            return response;
        }

        using (response)
        {
            throw await HubErrors.ReadAsync(response, subject, settings, time, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task<HttpResponseMessage> SendOnceAsync(HubRequest request, Uri uri, CancellationToken cancellationToken)
    {
        var message = new HttpRequestMessage(request.Method, uri) { Content = request.Body?.Invoke() };
        message.Options.Set(HubRequest.RetryKey, request.Retry);
        message.Options.Set(HubRequest.TimeoutKey, request.Timeout ?? settings.RequestTimeout);

        // Compressed answers have no length and make the storage servers ignore ranges.
        message.Headers.AcceptEncoding.Add(new StringWithQualityHeaderValue("identity"));
        message.Headers.UserAgent.ParseAdd(settings.Telemetry ? $"LocalRag/{Version} (dotnet/{Environment.Version}; {OperatingSystemName})" : $"LocalRag/{Version}");
        if (request.Accept is not null)
        {
            message.Headers.Accept.ParseAdd(request.Accept);
        }

        if (request.From > 0)
        {
            message.Headers.Range = new RangeHeaderValue(request.From, null);
        }

        if (settings.Token is not null && request.SendToken && IsHub(uri))
        {
            message.Headers.Authorization = new AuthenticationHeaderValue("Bearer", settings.Token);
        }

        try
        {
            var response = await client().SendAsync(message, HttpCompletionOption.ResponseHeadersRead, cancellationToken).ConfigureAwait(false);
            if (response.RequestMessage?.RequestUri is { } answered && answered != uri)
            {
                response.Dispose();
                throw new HubException(HubErrorKind.Unsafe, "The HTTP handler followed a redirect by itself, which can leak the token. Set AllowAutoRedirect to false on the primary handler of the hub's client.");
            }

            return response;
        }
        catch (HttpRequestException exception)
        {
            var kind = exception.HttpRequestError == HttpRequestError.ProxyTunnelError ? HubErrorKind.ProxyFailed : HubErrorKind.Unavailable;
            throw new HubException(kind, $"{uri.Host} could not be reached: {exception.Message} Check the connection, the proxy and HF_ENDPOINT, or set HF_HUB_OFFLINE=1 to use the cache alone.", exception);
        }
        catch (TimeoutRejectedException exception)
        {
            throw new HubException(HubErrorKind.Unavailable, $"{uri.Host} did not answer within {(request.Timeout ?? settings.RequestTimeout).TotalSeconds:0.###} s. Try again, raise HF_HUB_ETAG_TIMEOUT, or set HF_HUB_OFFLINE=1 to use the cache alone.", exception);
        }
    }

    private Uri Follow(HubRequest request, Uri from, HttpResponseMessage response)
    {
        // The typed property would read "/path" as a local file on Unix.
        var location = response.Headers.NonValidated.TryGetValues("Location", out var values) ? values.ToString() : null;
        if (string.IsNullOrEmpty(location) || !Uri.TryCreate(from, location, out var next) || next.Scheme is not ("http" or "https"))
        {
            throw new HubException(HubErrorKind.Protocol, $"{from.Host} answered {(int)response.StatusCode} without a usable Location. Check HF_ENDPOINT.");
        }

        if (from.Scheme == "https" && next.Scheme == "http")
        {
            throw new HubException(HubErrorKind.Unsafe, $"{from.Host} redirects from https to plain http at {next.Host}; that is refused because anyone on the way could change the files.");
        }

        var resends = response.StatusCode is HttpStatusCode.TemporaryRedirect or HttpStatusCode.PermanentRedirect;
        if (!resends && request.Method != HttpMethod.Get && request.Method != HttpMethod.Head)
        {
            throw new HubException(HubErrorKind.Protocol, $"{from.Host} answered {request.Method} with {(int)response.StatusCode}, which would turn it into a GET. Use the repository's present name.");
        }

        if (request.Method == HttpMethod.Post && IsHub(from) && !IsHub(next))
        {
            throw new HubException(HubErrorKind.Unsafe, $"{from.Host} redirects a POST to {next.Host}; that is refused because what is pushed would go to a stranger. Check HF_ENDPOINT.");
        }

        return next;
    }

    public static bool IsSameOrigin(Uri a, Uri b)
        => a.Scheme == b.Scheme && a.Port == b.Port && string.Equals(a.IdnHost, b.IdnHost, StringComparison.OrdinalIgnoreCase);

    private static bool HasMetadata(HttpResponseMessage response)
        => FileMetadata.Header(response, "X-Repo-Commit") is not null
        && (FileMetadata.Header(response, "X-Linked-Etag") ?? FileMetadata.Header(response, "ETag")) is not null;

    public static bool IsRedirect(HttpStatusCode status)
        => status is HttpStatusCode.MovedPermanently or HttpStatusCode.Found or HttpStatusCode.SeeOther or HttpStatusCode.TemporaryRedirect or HttpStatusCode.PermanentRedirect;

    private static string OperatingSystemName
        => OperatingSystem.IsWindows() ? "windows" : OperatingSystem.IsMacOS() ? "macos" : RuntimeInformation.IsOSPlatform(OSPlatform.Linux) ? "linux" : "other";
}
