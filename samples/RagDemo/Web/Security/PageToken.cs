using Microsoft.AspNetCore.Antiforgery;

namespace RagDemo.Web.Security;

/// <summary>Asks browsers for the token that only this page can read, beside the check of where a request comes from.</summary>
/// <remarks>A browser names its origin with every unsafe request; programs that are no browsers carry no user's cookies and need no token.</remarks>
internal sealed class PageToken(RequestDelegate next, IAntiforgery antiforgery)
{
    private const string Header = "X-Page-Token";

    public static void Add(IServiceCollection services) => services.AddAntiforgery(o =>
    {
        o.HeaderName = Header;
        o.Cookie.Name = "localrag-page";
        o.Cookie.SameSite = SameSiteMode.Strict;
        o.SuppressReadingTokenFromFormBody = true;
    });

    public static void Map(WebApplication app) =>
        app.MapGet("/api/token", (HttpContext context, IAntiforgery antiforgery) => new TokenResponse(Header, antiforgery.GetAndStoreTokens(context).RequestToken!))
            .WithName("token").WithSummary("The token that browsers send along with every request that is not a GET; it belongs to a cookie.");

    public async Task InvokeAsync(HttpContext context)
    {
        var request = context.Request;
        if (HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method) || !IsBrowser(request) || await antiforgery.IsRequestValidAsync(context))
        {
            await next(context);
            return;
        }

        await Results.Problem("The page's token is missing or out of date. Reload the page.", statusCode: StatusCodes.Status403Forbidden).ExecuteAsync(context);
    }

    private static bool IsBrowser(HttpRequest request) =>
        request.Headers.ContainsKey("Origin") || request.Headers.ContainsKey("Sec-Fetch-Site") || request.Cookies.Count > 0;

    private sealed record TokenResponse(string Header, string Token);
}
