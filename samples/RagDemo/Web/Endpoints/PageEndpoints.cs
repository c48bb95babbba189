using System.Reflection;

namespace RagDemo.Web.Endpoints;

/// <summary>The page: four files inside the assembly, so that the program runs from anywhere.</summary>
internal static class PageEndpoints
{
    public static void MapPage(this WebApplication app)
    {
        Map(app, "/", "index.html", "text/html; charset=utf-8");
        Map(app, "/app.css", "app.css", "text/css; charset=utf-8");
        Map(app, "/app.js", "app.js", "text/javascript; charset=utf-8");
        Map(app, "/icon.svg", "icon.svg", "image/svg+xml");
    }

    private static void Map(WebApplication app, string path, string name, string type)
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(name)!;
        using var memory = new MemoryStream();
        stream.CopyTo(memory);
        var content = memory.ToArray();
        app.MapGet(path, (HttpContext context) =>
        {
            context.Response.Headers.CacheControl = "no-cache";
            return Results.Bytes(content, type);
        }).ExcludeFromDescription();
    }
}
