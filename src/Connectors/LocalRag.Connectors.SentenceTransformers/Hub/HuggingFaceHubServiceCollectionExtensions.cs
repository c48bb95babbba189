using LocalRag.Connectors.SentenceTransformers.Hub;
using LocalRag.Connectors.SentenceTransformers.Hub.Http;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers the client of the Hugging Face hub.</summary>
public static class HuggingFaceHubServiceCollectionExtensions
{
    internal const string ClientName = "LocalRag.HuggingFaceHub";

    /// <summary>Registers <see cref="HuggingFaceHub"/> as a singleton on a named client of <see cref="IHttpClientFactory"/> with retries of its own.</summary>
    /// <param name="services">The services.</param>
    /// <param name="configure">Sets the options; what it leaves out comes from the environment variables.</param>
    /// <returns>The builder of the client, for a proxy or further handlers. A primary handler set there must not follow redirects by itself.</returns>
    /// <remarks>Does no work: nothing is read or sent before the first call. Retries that were added to all clients are removed from this one, because a commit must not be sent twice.</remarks>
    /// <exception cref="ArgumentNullException"><paramref name="services"/> is null.</exception>
    public static IHttpClientBuilder AddHuggingFaceHub(this IServiceCollection services, Action<HuggingFaceHubOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        var options = services.AddOptions<HuggingFaceHubOptions>();
        if (configure is not null)
        {
            options.Configure(configure);
        }

        services.TryAddSingleton(static provider => new HuggingFaceHub(
            provider.GetRequiredService<IOptions<HuggingFaceHubOptions>>().Value,
            () => provider.GetRequiredService<IHttpClientFactory>().CreateClient(ClientName),
            provider.GetService<TimeProvider>() ?? TimeProvider.System,
            Environment.GetEnvironmentVariable,
            provider.GetService<ILogger<HuggingFaceHub>>() ?? (ILogger)NullLogger.Instance));

        var client = services.AddHttpClient(ClientName)
            .ConfigureHttpClient(static client => client.Timeout = Timeout.InfiniteTimeSpan)
            .ConfigurePrimaryHttpMessageHandler(HubClients.CreateHandler)
            .RedactLoggedHeaders(["Authorization"]);
#pragma warning disable EXTEXP0001 // The only way to take application-wide retries off a single client.
        client.RemoveAllResilienceHandlers();
#pragma warning restore EXTEXP0001
        client.AddResilienceHandler("hub", static (builder, context) =>
        {
            builder.TimeProvider = context.ServiceProvider.GetService<TimeProvider>() ?? TimeProvider.System;
            HubResilience.Configure(builder);
        });
        return client;
    }
}
