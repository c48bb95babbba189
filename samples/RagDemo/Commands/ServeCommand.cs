namespace RagDemo.Commands;

/// <summary>Serves the page until it is stopped.</summary>
internal static class ServeCommand
{
    public static Task<int> RunAsync(DemoSettings settings, string? urls, CancellationToken cancellationToken) =>
        throw new NotSupportedException();
}
