using Microsoft.AspNetCore.Http.Features;

namespace RagDemo.Web;

/// <summary>Server-sent events, with a comment now and then while nothing happens, so that proxies and browsers keep the connection.</summary>
/// <remarks>The framework's own result for server-sent events writes no comments.</remarks>
internal sealed class EventStream(IAsyncEnumerable<ServerEvent> events) : IResult
{
    public const string MediaType = "text/event-stream";

    /// <summary>How long the connection may be silent.</summary>
    public static readonly TimeSpan LongestSilence = TimeSpan.FromSeconds(15);

    public static bool IsWanted(HttpRequest request) => request.Headers.Accept.ToString().Contains(MediaType, StringComparison.OrdinalIgnoreCase);

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var time = httpContext.RequestServices.GetRequiredService<TimeProvider>();
        var stop = httpContext.RequestAborted;
        var response = httpContext.Response;
        response.ContentType = MediaType;
        response.Headers.CacheControl = "no-cache,no-store";
        httpContext.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
        await response.Body.FlushAsync(stop);

        await using var steps = events.GetAsyncEnumerator(stop);
        while (true)
        {
            var next = steps.MoveNextAsync().AsTask();
            try
            {
                await WaitAsync(next, response, time, stop);
            }
            finally
            {
                // An enumerator must not be disposed while it works; the token that stops it is the request's.
                await ((Task)next).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }

            if (!await next)
            {
                return;
            }

            // JSON on one line needs no further framing.
            await response.WriteAsync($"event: {steps.Current.Type}\ndata: {steps.Current.Json}\n\n", stop);
            await response.Body.FlushAsync(stop);
        }
    }

    private static async Task WaitAsync(Task<bool> next, HttpResponse response, TimeProvider time, CancellationToken stop)
    {
        while (true)
        {
            try
            {
                await next.WaitAsync(LongestSilence, time, stop);
                return;
            }
            catch (TimeoutException) when (!next.IsCompleted)
            {
                await response.WriteAsync(": ping\n\n", stop);
                await response.Body.FlushAsync(stop);
            }
        }
    }
}
