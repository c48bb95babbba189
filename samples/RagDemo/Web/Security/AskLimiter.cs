using System.Threading.RateLimiting;
using Microsoft.AspNetCore.RateLimiting;

namespace RagDemo.Web.Security;

/// <summary>A bounded queue before the models: beyond it the answer is 503 with the time to wait.</summary>
internal static class AskLimiter
{
    public const string Policy = "ask";

    private const string RetryAfterSeconds = "2";

    public static void AddAskLimiter(this IServiceCollection services, Limits limits) => services.AddRateLimiter(o =>
    {
        o.AddConcurrencyLimiter(Policy, c =>
        {
            c.PermitLimit = limits.Concurrent;
            c.QueueLimit = limits.Queue;
            c.QueueProcessingOrder = QueueProcessingOrder.OldestFirst;
        });
        o.OnRejected = async (rejected, _) =>
        {
            rejected.HttpContext.Response.Headers.RetryAfter = RetryAfterSeconds;
            await Results.Problem("Too many questions at once. Ask again in a moment.", statusCode: StatusCodes.Status503ServiceUnavailable)
                .ExecuteAsync(rejected.HttpContext);
        };
    });
}
