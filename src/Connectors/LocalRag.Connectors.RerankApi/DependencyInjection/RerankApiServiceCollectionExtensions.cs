using LocalRag;
using LocalRag.Connectors.RerankApi;
using Microsoft.Extensions.Http.Resilience;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Polly;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers rerank servers.</summary>
public static class RerankApiServiceCollectionExtensions
{
    /// <summary>Registers a rerank server as <see cref="IReranker"/>.</summary>
    /// <remarks>
    /// The client comes from <see cref="IHttpClientFactory"/>, repeats what may pass with growing pauses, follows no redirect, and keeps
    /// the key out of its logs. Nothing is sent before the first call. Options can also be bound:
    /// <c>services.Configure&lt;RerankApiOptions&gt;(name, section)</c>, the name being that of the key.
    /// </remarks>
    /// <param name="services">The container.</param>
    /// <param name="configure">Says which server; null leaves it to configuration.</param>
    /// <param name="serviceKey">The key of the reranker; null for none.</param>
    /// <returns>The builder of the HTTP client, for proxies and further handlers.</returns>
    public static IHttpClientBuilder AddRerankApi(this IServiceCollection services, Action<RerankApiOptions>? configure = null, object? serviceKey = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        string name = serviceKey?.ToString() ?? Options.Options.DefaultName;
        string client = $"LocalRag.RerankApi:{name}";
        services.AddOptions<RerankApiOptions>(name);
        if (configure is not null)
        {
            services.Configure(name, configure);
        }

        services.AddKeyedSingleton<IReranker>(serviceKey, (provider, _) => new RerankApiClient(
            provider.GetRequiredService<IHttpClientFactory>().CreateClient(client),
            provider.GetRequiredService<IOptionsMonitor<RerankApiOptions>>().Get(name),
            provider.GetService<ILoggerFactory>()));

        var builder = services.AddHttpClient(client)
            .ConfigureHttpClient(static http => http.Timeout = Timeout.InfiniteTimeSpan)
            .ConfigurePrimaryHttpMessageHandler(static () => new SocketsHttpHandler { AllowAutoRedirect = false, PooledConnectionLifetime = TimeSpan.FromMinutes(5) })
            .SetHandlerLifetime(Timeout.InfiniteTimeSpan)
            .RedactLoggedHeaders(["Authorization"]);
#pragma warning disable EXTEXP0001 // The only way to take application-wide retries off a client that has its own.
        builder.RemoveAllResilienceHandlers();
#pragma warning restore EXTEXP0001
        builder.AddResilienceHandler("rerank", (pipeline, context) =>
            AddRetries(pipeline, context.ServiceProvider.GetRequiredService<IOptionsMonitor<RerankApiOptions>>().Get(name), context.ServiceProvider.GetService<TimeProvider>()));
        return builder;
    }

    private static void AddRetries(ResiliencePipelineBuilder<HttpResponseMessage> pipeline, RerankApiOptions options, TimeProvider? timeProvider)
    {
        pipeline.TimeProvider = timeProvider;
        if (options.MaxRetries < 1)
        {
            return;
        }

        pipeline.AddRetry(new HttpRetryStrategyOptions
        {
            MaxRetryAttempts = options.MaxRetries,
            Delay = options.RetryDelay,
            BackoffType = DelayBackoffType.Exponential,
            UseJitter = true,
            ShouldHandle = static arguments => ValueTask.FromResult(arguments.Outcome switch
            {
                { Exception: HttpRequestException } => true,
                { Result: { } response } => Dialect.IsTransient((int)response.StatusCode) && !IsHalvedInstead(response),
                _ => false,
            }),
        });
    }

    private static bool IsHalvedInstead(HttpResponseMessage response) =>
        (int)response.StatusCode == 429 && response.RequestMessage?.Options.TryGetValue(RerankApiClient.HalvedOnOverload, out bool halved) == true && halved;
}
