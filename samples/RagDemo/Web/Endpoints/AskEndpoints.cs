using System.Runtime.CompilerServices;
using System.Text.Json;
using LocalRag.Plugins.Retrieval.Answering;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.Extensions.Options;
using RagDemo.Web.Security;

namespace RagDemo.Web.Endpoints;

/// <summary><c>POST /api/ask</c>: one answer as JSON, or step by step as server-sent events.</summary>
internal static class AskEndpoints
{
    public static void MapAsk(this WebApplication app) =>
        app.MapPost("/api/ask", AskAsync).AddEndpointFilter<ValidBody<AskBody>>().RequireRateLimiting(AskLimiter.Policy).WithMetadata(WaitForModels.Mark).WithName("ask")
            .WithSummary("Answers a question from the documents; with Accept: text/event-stream step by step.")
            .Produces<Answer>(200, "application/json", EventStream.MediaType).ProducesProblem(400).ProducesProblem(403).ProducesProblem(415).ProducesProblem(503);

    private static async Task<IResult> AskAsync(
        AskBody body, HttpContext context, DocumentAnswerer answerer, IOptions<JsonOptions> json, CancellationToken cancellationToken)
    {
        var question = body.ToRequest();
        return EventStream.IsWanted(context.Request)
            ? new EventStream(EventsAsync(answerer.StreamAsync(question, cancellationToken), context, json.Value.SerializerOptions, cancellationToken))
            : Results.Ok(await answerer.AskAsync(question, cancellationToken));
    }

    private static async IAsyncEnumerable<ServerEvent> EventsAsync(
        IAsyncEnumerable<AnswerUpdate> updates, HttpContext context, JsonSerializerOptions json, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var steps = updates.GetAsyncEnumerator(cancellationToken);
        while (true)
        {
            ServerEvent item;
            var last = false;
            try
            {
                if (!await steps.MoveNextAsync())
                {
                    yield break;
                }

                item = ToEvent(steps.Current, json);
            }
            catch (Exception error) when (!cancellationToken.IsCancellationRequested)
            {
                // The status line is spent, so the problem travels as an event.
                item = ServerEvent.Of("error", ProblemFromException.Of(error, context), json);
                last = true;
            }

            yield return item;
            if (last)
            {
                yield break;
            }
        }
    }

    private static ServerEvent ToEvent(AnswerUpdate update, JsonSerializerOptions json) => update switch
    {
        AnswerUpdate.Retrieved found => ServerEvent.Of("retrieval", new { found.Passages, found.Dropped, found.Query }, json),
        AnswerUpdate.Token token => ServerEvent.Of("token", new { token.Text }, json),
        AnswerUpdate.Cited cited => ServerEvent.Of("citation", cited.Citation, json),
        AnswerUpdate.Replaced replaced => ServerEvent.Of("replace", new { replaced.Text }, json),
        AnswerUpdate.Done done => ServerEvent.Of("done", done.Answer, json),
        _ => throw new InvalidOperationException($"There is no event for {update.GetType().Name}."),
    };
}
