using LocalRag.Plugins.Retrieval.Answering;
using Microsoft.AspNetCore.Diagnostics;

namespace RagDemo.Web.Security;

/// <summary>Exceptions as problem documents: what the caller can act on is told, everything else stays in the log.</summary>
internal sealed class ProblemFromException : IExceptionHandler
{
    public async ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        if (httpContext.RequestAborted.IsCancellationRequested)
        {
            return true;
        }

        var (status, detail) = Describe(exception);
        await Results.Problem(detail, statusCode: status).ExecuteAsync(httpContext);
        return true;
    }

    public static (int Status, string Detail) Describe(Exception exception) => exception switch
    {
        BadHttpRequestException bad => (bad.StatusCode, bad.StatusCode == StatusCodes.Status413PayloadTooLarge ? "The request is too large." : "The request cannot be read. Send the JSON that /openapi/v1.json describes."),
        ArgumentException argument => (StatusCodes.Status400BadRequest, argument.Message.Split(" (Parameter", 2)[0]),
        ChatModelException chat => (StatusCodes.Status503ServiceUnavailable, chat.Message),
        _ => (StatusCodes.Status500InternalServerError, "Something went wrong on the server. The log says more."),
    };
}
