using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace LocalRag.Connectors.SentenceTransformers.Hub.Http;

/// <summary>JSON in both directions.</summary>
internal static class HubJson
{
    // The largest repositories list some hundred thousand files.
    private const int LongestBody = 64 * 1024 * 1024;
    private const int MaxBrokenBodies = 3;

    /// <summary>Sends a request that may be repeated and parses its answer; a body that breaks off is asked for again.</summary>
    public static async Task<(T Value, HttpResponseMessage Response)> SendJsonAsync<T>(
        this HubConnection connection, HubRequest request, JsonTypeInfo<T> type, string subject, CancellationToken cancellationToken)
    {
        for (var broken = 0; ; broken++)
        {
            // Disposed below; afterwards only its headers are read.
            using var response = await connection.SendCheckedAsync(request, subject, cancellationToken).ConfigureAwait(false);
            try
            {
                var body = await HubBody.ReadAsync(response, LongestBody, connection.Settings, connection.Time, cancellationToken).ConfigureAwait(false);
                return (JsonSerializer.Deserialize(body.Span, type) ?? throw new JsonException("null"), response);
            }
            catch (JsonException exception)
            {
                throw new HubException(HubErrorKind.Protocol, $"{subject}: {request.Uri.Host} answered with something that is not the expected JSON ({exception.Message}). Check HF_ENDPOINT.", exception);
            }
            catch (HubException exception) when (exception.Kind == HubErrorKind.Unavailable && request.Retry && broken < MaxBrokenBodies)
            {
                await Task.Delay(HubResilience.Backoff(broken), connection.Time, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    public static Func<HttpContent> Body<T>(T value, JsonTypeInfo<T> type, string mediaType = "application/json")
    {
        var bytes = JsonSerializer.SerializeToUtf8Bytes(value, type);
        return () => new ByteArrayContent(bytes) { Headers = { ContentType = new(mediaType) } };
    }
}

/// <summary>Reflection-free contracts of the hub's API.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(Listing.ModelInfo))]
[JsonSerializable(typeof(Listing.TreeEntry[]))]
[JsonSerializable(typeof(Cache.CachedTree))]
[JsonSerializable(typeof(Selection.ModuleEntry[]))]
[JsonSerializable(typeof(Upload.CreateRepository))]
[JsonSerializable(typeof(Upload.CardToCheck))]
[JsonSerializable(typeof(Upload.CardCheck))]
[JsonSerializable(typeof(Upload.PreuploadRequest))]
[JsonSerializable(typeof(Upload.PreuploadAnswer))]
[JsonSerializable(typeof(Upload.LfsBatch))]
[JsonSerializable(typeof(Upload.LfsBatchAnswer))]
[JsonSerializable(typeof(Upload.LfsCompletion))]
[JsonSerializable(typeof(Upload.CommitAnswer))]
internal sealed partial class HubJsonContext : JsonSerializerContext;
