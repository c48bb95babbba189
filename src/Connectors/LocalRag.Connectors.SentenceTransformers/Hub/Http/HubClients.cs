using System.Net;
using Microsoft.Extensions.Http.Resilience;
using Polly;

namespace LocalRag.Connectors.SentenceTransformers.Hub.Http;

/// <summary>The HTTP client of hubs that were made without dependency injection: one for the process, so that connections are shared.</summary>
internal static class HubClients
{
    private static readonly Lazy<HttpClient> SharedClient = new(() => Create(CreateHandler(), TimeProvider.System));

    public static HttpClient Shared => SharedClient.Value;

    public static SocketsHttpHandler CreateHandler() => new()
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        AutomaticDecompression = DecompressionMethods.None,
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
    };

    public static HttpClient Create(HttpMessageHandler handler, TimeProvider time)
    {
        var builder = new ResiliencePipelineBuilder<HttpResponseMessage> { TimeProvider = time };
        HubResilience.Configure(builder);
        return new HttpClient(new ResilienceHandler(builder.Build()) { InnerHandler = handler }) { Timeout = Timeout.InfiniteTimeSpan };
    }
}
