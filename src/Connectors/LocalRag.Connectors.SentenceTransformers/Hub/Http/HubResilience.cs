using System.Net;
using Polly;
using Polly.Retry;
using Polly.Timeout;

namespace LocalRag.Connectors.SentenceTransformers.Hub.Http;

/// <summary>The retries of every request: five, after 1, 2, 4, 8 and 8 seconds or as the hub asks, each attempt with its own time limit.</summary>
internal static class HubResilience
{
    public const int MaxRetries = 5;

    public static void Configure(ResiliencePipelineBuilder<HttpResponseMessage> builder) => builder
        .AddRetry(new RetryStrategyOptions<HttpResponseMessage>
        {
            MaxRetryAttempts = MaxRetries,
            ShouldHandle = static arguments => ValueTask.FromResult(MayRetry(arguments.Context) && IsTransient(arguments.Outcome)),
            DelayGenerator = static arguments => ValueTask.FromResult<TimeSpan?>(
                (arguments.Outcome.Result is { StatusCode: HttpStatusCode.TooManyRequests } response ? RateLimit.Wait(response) : null) ?? Backoff(arguments.AttemptNumber)),
        })
        .AddTimeout(new TimeoutStrategyOptions
        {
            TimeoutGenerator = static arguments => ValueTask.FromResult(
                arguments.Context.GetRequestMessage() is { } request && request.Options.TryGetValue(HubRequest.TimeoutKey, out var timeout) ? timeout : TimeSpan.FromSeconds(10)),
        });

    public static TimeSpan Backoff(int attempt) => TimeSpan.FromSeconds(1 << Math.Min(attempt, 3));

    private static bool MayRetry(ResilienceContext context)
        => context.GetRequestMessage() is not { } request || !request.Options.TryGetValue(HubRequest.RetryKey, out var retry) || retry;

    private static bool IsTransient(Outcome<HttpResponseMessage> outcome) => outcome switch
    {
        { Exception: HttpRequestException { HttpRequestError: HttpRequestError.ProxyTunnelError } } => false,
        { Exception: HttpRequestException or TimeoutRejectedException } => true,
        {
            Result.StatusCode: HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests or HttpStatusCode.InternalServerError
            or HttpStatusCode.BadGateway or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout
        } => true,
        _ => false,
    };
}
