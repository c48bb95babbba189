using System.Diagnostics;
using LocalRag.Connectors.RerankApi;
using LocalRag.Plugins.Retrieval.Answering;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Mvc;
using RagDemo.Documents;

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

    /// <summary>The problem as an object, for a response whose status line is spent.</summary>
    public static ProblemDetails Of(Exception exception, HttpContext context)
    {
        var (status, detail) = Describe(exception);
        var problem = TypedResults.Problem(detail, statusCode: status).ProblemDetails;
        problem.Extensions["traceId"] = Activity.Current?.Id ?? context.TraceIdentifier;
        return problem;
    }

    private static (int Status, string Detail) Describe(Exception exception) => exception switch
    {
        BadHttpRequestException bad => (bad.StatusCode, bad.StatusCode == StatusCodes.Status413PayloadTooLarge ? "The request is too large." : "The request cannot be read. Send the JSON that /openapi/v1.json describes."),
        ArgumentException argument => (StatusCodes.Status400BadRequest, argument.Message.Split(" (Parameter", 2)[0]),
        StartUpException failed => (StatusCodes.Status503ServiceUnavailable, failed.Message),
        NotSupportedException unsupported => (StatusCodes.Status400BadRequest, unsupported.Message),
        ChatModelException chat => (StatusCodes.Status503ServiceUnavailable, chat.Message),
        RerankApiException or HttpRequestException or TimeoutException => (StatusCodes.Status503ServiceUnavailable, "The rerank server does not answer. Check that it runs, or ask without reranking."),
        _ => (StatusCodes.Status500InternalServerError, "Something went wrong on the server. The log says more."),
    };
}
