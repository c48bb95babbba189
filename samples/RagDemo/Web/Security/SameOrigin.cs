namespace RagDemo.Web.Security;

/// <summary>Refuses changes and questions that another site's page sends: loopback is no wall against the browser's own user.</summary>
/// <remarks>Browsers say where a request comes from; programs that are no browsers say nothing and are let through.</remarks>
internal sealed class SameOrigin(RequestDelegate next)
{
    public Task InvokeAsync(HttpContext context)
    {
        var request = context.Request;
        var safe = HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method);
        if (safe || !IsForeign(request))
        {
            return next(context);
        }

        return Results.Problem("Requests from other sites are refused.", statusCode: StatusCodes.Status403Forbidden).ExecuteAsync(context);
    }

    private static bool IsForeign(HttpRequest request)
    {
        var site = request.Headers["Sec-Fetch-Site"].ToString();
        if (site.Length > 0 && site is not ("same-origin" or "none"))
        {
            return true;
        }

        var origin = request.Headers.Origin.ToString();
        return origin.Length > 0 && !string.Equals(origin, $"{request.Scheme}://{request.Host}", StringComparison.OrdinalIgnoreCase);
    }
}
