using Microsoft.AspNetCore.Connections;
using RagDemo.Documents;
using RagDemo.Web;

namespace RagDemo.Commands;

/// <summary>Serves the page until it is stopped.</summary>
internal static class ServeCommand
{
    public const string DefaultUrl = "http://localhost:5080";

    public static async Task<int> RunAsync(DemoSettings settings, string? urls, CancellationToken cancellationToken)
    {
        await using var app = WebDemo.Build(settings, urls ?? DefaultUrl);
        var index = app.Services.GetRequiredService<DocumentIndex>();
        index.CheckSources();
        try
        {
            await app.StartAsync(cancellationToken);
        }
        catch (IOException error) when (error.InnerException is AddressInUseException)
        {
            throw new InvalidOperationException($"{urls ?? DefaultUrl} is in use by another program. Stop that one, or name another address with --urls.");
        }

        await Console.Out.WriteLineAsync($"LocalRag demo: {string.Join(", ", app.Urls)} (Ctrl+C stops it)");
        if (settings.Chat is { } chat)
        {
            await Console.Out.WriteLineAsync($"Answers are written by {chat.Model}; the passages found are sent to {chat.Endpoint.Host}.");
        }

        app.Services.GetRequiredService<IngestionJobs>().StartUp();
        await app.WaitForShutdownAsync(cancellationToken);
        return 0;
    }
}
