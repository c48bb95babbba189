using System.Runtime.CompilerServices;
using System.Text.Json;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.Extensions.Options;
using RagDemo.Documents;

namespace RagDemo.Web.Endpoints;

/// <summary><c>/api/ingestions</c>: start, watch and stop indexing.</summary>
internal static class IngestionEndpoints
{
    public static void MapIngestions(this WebApplication app)
    {
        var group = app.MapGroup("/api/ingestions");
        group.MapPost("/", (IngestionJobs jobs) => Accepted(jobs.Rescan())).WithName("rescan").WithSummary("Looks for new, changed and deleted files.").Produces<JobState>(202).ProducesProblem(403);
        group.MapGet("/", (IngestionJobs jobs) => jobs.Recent).WithName("ingestions").WithSummary("The latest runs, newest first.").Produces<IEnumerable<JobState>>();
        group.MapGet("/{id}", Watch).WithName("ingestion").WithSummary("State of a run; with Accept: text/event-stream every change of it.").Produces<JobState>(200, "application/json", EventStream.MediaType).ProducesProblem(404);
        group.MapDelete("/{id}", (string id, IngestionJobs jobs) =>
        {
            if (jobs.Find(id) is not { } job)
            {
                return NoSuchRun(id);
            }

            job.Cancel();
            return Results.NoContent();
        }).WithName("stopIngestion").WithSummary("Stops a run; what was finished is kept.").Produces(204).ProducesProblem(403).ProducesProblem(404);
    }

    public static IResult Accepted(IngestionJob job) => Results.Accepted($"/api/ingestions/{job.Id}", job.State);

    private static IResult Watch(string id, HttpRequest request, IngestionJobs jobs, IOptions<JsonOptions> json, CancellationToken cancellationToken)
    {
        if (jobs.Find(id) is not { } job)
        {
            return NoSuchRun(id);
        }

        return EventStream.IsWanted(request)
            ? new EventStream(EventsAsync(job, json.Value.SerializerOptions, cancellationToken))
            : Results.Ok(job.State);
    }

    private static IResult NoSuchRun(string id) => Results.Problem($"There is no run '{id}'.", statusCode: StatusCodes.Status404NotFound);

    private static async IAsyncEnumerable<ServerEvent> EventsAsync(IngestionJob job, JsonSerializerOptions json, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var state in job.WatchAsync(cancellationToken))
        {
            yield return ServerEvent.Of("progress", state, json);
        }
    }
}
