using RagDemo.Documents;

namespace RagDemo.Web;

/// <summary>Lets requests that need models or index wait until both are open; they fail with the reason where that fails.</summary>
internal sealed class WaitForModels(RequestDelegate next, IngestionJobs jobs)
{
    /// <summary>Marks the endpoints that wait.</summary>
    public static readonly object Mark = new Needed();

    public async Task InvokeAsync(HttpContext context)
    {
        if (context.GetEndpoint()?.Metadata.GetMetadata<Needed>() is not null)
        {
            await jobs.Ready.WaitAsync(context.RequestAborted);
        }

        await next(context);
    }

    private sealed class Needed;
}
