using System.Buffers;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace LocalRag.Connectors.RerankApi;

/// <summary>Reranks on a server, over HTTP.</summary>
/// <remarks>
/// Splits documents by the limits of the server, merges the answers by index, sorts and cuts here, and never trusts an answer: one
/// that ranks a document twice, not at all, or without a score is refused. A request that is too large (413) or that takes more
/// places than are free (429 of Text Embeddings Inference) is halved. Texts and keys are never logged. Safe for concurrent calls;
/// <see cref="Dispose"/> leaves the HTTP client to whoever made it.
/// </remarks>
public sealed partial class RerankApiClient : IReranker
{
    /// <summary>Set on requests that are halved when the server is overloaded, so that the retry handler does not repeat them whole.</summary>
    internal static readonly HttpRequestOptionsKey<bool> HalvedOnOverload = new("LocalRag.RerankApi.HalvedOnOverload");

    private const long MaxResponseBytes = 64L << 20;
    private const int MaxErrorBytes = 64 << 10;

    private readonly HttpClient _http;
    private readonly RerankApiOptions _options;
    private readonly Dialect _dialect;
    private readonly Uri _address;
    private readonly ILogger _logger;
    private readonly RerankerMetadata _metadata;
    private volatile ServerLimits? _limits;

    /// <summary>Creates a client.</summary>
    /// <param name="httpClient">Sends the requests; stays the caller's. It should not follow redirects, and its own timeout should be no shorter than the option.</param>
    /// <param name="options">Which server to ask, and how.</param>
    /// <param name="loggerFactory">Where counts and durations are logged; null for nowhere.</param>
    /// <exception cref="ArgumentException">Options make no sense; the message names all of them.</exception>
    public RerankApiClient(HttpClient httpClient, RerankApiOptions options, ILoggerFactory? loggerFactory = null)
    {
        ArgumentNullException.ThrowIfNull(httpClient);
        ArgumentNullException.ThrowIfNull(options);
        _http = httpClient;
        _options = options.Snapshot();
        _dialect = Dialect.Of(_options.Dialect);
        _address = _dialect.Resolve(_options.Endpoint!);
        _logger = (loggerFactory ?? NullLoggerFactory.Instance).CreateLogger<RerankApiClient>();
        _metadata = new RerankerMetadata(_dialect.ProviderName, _address, _options.Model);
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException"><paramref name="query"/> is blank, which servers take differently, or there are more documents than a listwise model takes at once.</exception>
    /// <exception cref="RerankApiException">The server refused the request or answered something that cannot be used.</exception>
    /// <exception cref="HttpRequestException">The server cannot be reached.</exception>
    /// <exception cref="TimeoutException">The call took longer than <see cref="RerankApiOptions.Timeout"/>.</exception>
    public async Task<IReadOnlyList<RerankResult>> RerankAsync(
        string query, IReadOnlyList<string> documents, RerankOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(query);
        ArgumentNullException.ThrowIfNull(documents);
        for (int i = 0; i < documents.Count; i++)
        {
            if (documents[i] is null)
            {
                throw new ArgumentNullException(nameof(documents), $"Document {i} is null.");
            }
        }

        ArgumentException.ThrowIfNullOrWhiteSpace(query);

        // Servers disagree on empty lists: some refuse them.
        if (documents.Count == 0)
        {
            return [];
        }

        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(_options.Timeout);
        try
        {
            float[] scores = await ScoreAsync(query, documents, options?.ModelId ?? _options.Model, limit.Token).ConfigureAwait(false);
            return Ranking.Of(scores.Select((score, i) => new RerankResult(i, score)), options);
        }
        catch (OperationCanceledException e) when (limit.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException($"The rerank server at {_address} did not answer for {documents.Count} documents within {_options.Timeout}. Raise Timeout, or send fewer documents.", e);
        }
    }

    /// <inheritdoc/>
    public object? GetService(Type serviceType, object? serviceKey = null)
    {
        ArgumentNullException.ThrowIfNull(serviceType);
        return serviceKey is not null ? null
            : serviceType == typeof(RerankerMetadata) ? _metadata
            : serviceType == typeof(HttpClient) ? _http
            : serviceType.IsInstanceOfType(this) ? this
            : null;
    }

    /// <summary>Does nothing: the HTTP client belongs to whoever made it.</summary>
    public void Dispose()
    {
    }

    private async Task<float[]> ScoreAsync(string query, IReadOnlyList<string> documents, string? model, CancellationToken cancellationToken)
    {
        var limits = await LimitsAsync(cancellationToken).ConfigureAwait(false);
        string cutQuery = _options.Truncate ? Cut(query, _dialect.MaxQueryLength) : query;
        string[] texts = [.. documents.Select(document => _options.Truncate ? Cut(document, limits.MaxDocumentLength) : document)];
        bool listwise = _options.IsListwise(model);
        if (listwise && texts.Length > limits.MaxDocuments)
        {
            throw new ArgumentException(
                $"Model '{model}' scores documents against each other, so they must fit into one request: at most {limits.MaxDocuments}, but there are {texts.Length}. Pass fewer, or raise MaxBatchSize.", nameof(documents));
        }

        float[] scores = new float[texts.Length];
        await Parallel.ForEachAsync(
            Enumerable.Range(0, texts.Length).Chunk(limits.MaxDocuments).Select(batch => new Range(batch[0], batch[^1] + 1)),
            new ParallelOptions { MaxDegreeOfParallelism = _options.MaxConcurrentRequests, CancellationToken = cancellationToken },
            async (batch, token) => await ScoreBatchAsync(cutQuery, texts, batch, model, mayHalve: !listwise, scores, token).ConfigureAwait(false)).ConfigureAwait(false);
        return scores;
    }

    private async Task ScoreBatchAsync(string query, string[] texts, Range batch, string? model, bool mayHalve, float[] scores, CancellationToken cancellationToken)
    {
        string[] documents = texts[batch];
        mayHalve &= documents.Length > 1;
        using var request = CreateRequest(query, documents, model);
        request.Options.Set(HalvedOnOverload, mayHalve && _dialect.OverloadCountsDocuments);
        using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken).ConfigureAwait(false);
        if (mayHalve && (response.StatusCode == HttpStatusCode.RequestEntityTooLarge || (response.StatusCode == HttpStatusCode.TooManyRequests && _dialect.OverloadCountsDocuments)))
        {
            LogHalved((int)response.StatusCode, documents.Length);
            int start = batch.Start.Value, middle = start + documents.Length / 2, end = batch.End.Value;
            await ScoreBatchAsync(query, texts, start..middle, model, mayHalve, scores, cancellationToken).ConfigureAwait(false);
            await ScoreBatchAsync(query, texts, middle..end, model, mayHalve, scores, cancellationToken).ConfigureAwait(false);
            return;
        }

        if (!response.IsSuccessStatusCode)
        {
            throw await RefusalAsync(response, cancellationToken).ConfigureAwait(false);
        }

        using var json = await ReadAsync(response, cancellationToken).ConfigureAwait(false);
        try
        {
            ResponseReader.Scores(json.RootElement, documents.Length).CopyTo(scores, batch.Start.Value);
        }
        catch (FormatException e)
        {
            throw new RerankApiException($"The answer of {_address} to {documents.Length} documents cannot be used: {e.Message}. Is the server a {_options.Dialect} server with a reranker model?", response.StatusCode, e);
        }
    }

    private HttpRequestMessage CreateRequest(string query, string[] documents, string? model)
    {
        var body = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(body))
        {
            json.WriteStartObject();
            _dialect.Write(json, query, documents, model, _options);
            json.WriteEndObject();
        }

        var content = new ReadOnlyMemoryContent(body.WrittenMemory);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        return WithKey(new HttpRequestMessage(HttpMethod.Post, _address) { Content = content });
    }

    private HttpRequestMessage WithKey(HttpRequestMessage request)
    {
        if (_options.ApiKey is { } key)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        }

        return request;
    }

    private async Task<ServerLimits> LimitsAsync(CancellationToken cancellationToken)
    {
        if (_limits is { } known)
        {
            return known;
        }

        var limits = new ServerLimits(_dialect.DefaultBatchSize, int.MaxValue);
        if (_dialect is TextEmbeddingsInferenceDialect)
        {
            using var request = WithKey(new HttpRequestMessage(HttpMethod.Get, new Uri(_address, "info")));
            using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken).ConfigureAwait(false);
            if (response.IsSuccessStatusCode)
            {
                using var info = await ReadAsync(response, cancellationToken).ConfigureAwait(false);
                limits = ServerLimits.Read(info.RootElement, _dialect.DefaultBatchSize);
            }
            else
            {
                // A gateway may hide the page; then the documented default has to do.
                LogNoLimits((int)response.StatusCode);
            }
        }

        return _limits = limits with { MaxDocuments = _options.MaxBatchSize ?? limits.MaxDocuments };
    }

    private async Task<JsonDocument> ReadAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        try
        {
            await response.Content.LoadIntoBufferAsync(MaxResponseBytes, cancellationToken).ConfigureAwait(false);
            return await JsonDocument.ParseAsync(await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false), default, cancellationToken).ConfigureAwait(false);
        }
        catch (JsonException e)
        {
            throw new RerankApiException($"The answer of {response.RequestMessage?.RequestUri} is not JSON. Is this the address of a {_options.Dialect} server?", response.StatusCode, e);
        }
    }

    private async Task<RerankApiException> RefusalAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        int status = (int)response.StatusCode;
        if (status is >= 300 and < 400)
        {
            return new RerankApiException(
                $"{_address} answered {status} and points to '{response.Headers.Location}'. Redirects are not followed, so that no key goes astray: set Endpoint to the address itself.", response.StatusCode);
        }

        byte[] buffer = ArrayPool<byte>.Shared.Rent(MaxErrorBytes);
        try
        {
            var stream = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
            int length = await stream.ReadAtLeastAsync(buffer.AsMemory(0, MaxErrorBytes), MaxErrorBytes, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
            string said = ResponseReader.Error(System.Text.Encoding.UTF8.GetString(buffer, 0, length));

            // Some servers quote the key they refuse.
            said = _options.ApiKey is { } key ? said.Replace(key, "***", StringComparison.Ordinal) : said;
            return new RerankApiException($"{_address} answered {status}: {said}", response.StatusCode);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer, clearArray: true);
        }
    }

    private static string Cut(string text, int maxLength) =>
        text.Length <= maxLength ? text : text[..(char.IsHighSurrogate(text[maxLength - 1]) ? maxLength - 1 : maxLength)];

    [LoggerMessage(Level = LogLevel.Debug, Message = "The server answered {Status} to {DocumentCount} documents; they are sent in two halves.")]
    private partial void LogHalved(int status, int documentCount);

    [LoggerMessage(Level = LogLevel.Debug, Message = "The server does not tell its limits ({Status}); the documented ones are taken.")]
    private partial void LogNoLimits(int status);
}
