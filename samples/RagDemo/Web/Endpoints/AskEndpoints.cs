using System.Net.ServerSentEvents;
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
        app.MapPost("/api/ask", AskAsync).RequireRateLimiting(AskLimiter.Policy).WithName("ask")
            .WithSummary("Answers a question from the documents; with Accept: text/event-stream step by step.")
            .Produces<Answer>().ProducesProblem(400).ProducesProblem(503);

    private static async Task<IResult> AskAsync(
        AskBody body, HttpRequest request, DocumentAnswerer answerer, IOptions<JsonOptions> json, CancellationToken cancellationToken)
    {
        var question = body.ToRequest();
        if (!request.Headers.Accept.ToString().Contains("text/event-stream", StringComparison.OrdinalIgnoreCase))
        {
            return Results.Ok(await answerer.AskAsync(question, cancellationToken));
        }

        return TypedResults.ServerSentEvents(EventsAsync(answerer.StreamAsync(question, cancellationToken), json.Value.SerializerOptions, cancellationToken));
    }

    private static async IAsyncEnumerable<SseItem<string>> EventsAsync(
        IAsyncEnumerable<AnswerUpdate> updates, JsonSerializerOptions json, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var steps = updates.GetAsyncEnumerator(cancellationToken);
        while (true)
        {
            SseItem<string> item;
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
                var (status, detail) = ProblemFromException.Describe(error);
                item = Event("error", new { status, title = "The answer could not be completed.", detail }, json);
                last = true;
            }

            yield return item;
            if (last)
            {
                yield break;
            }
        }
    }

    private static SseItem<string> ToEvent(AnswerUpdate update, JsonSerializerOptions json) => update switch
    {
        AnswerUpdate.Retrieved found => Event("retrieval", new { found.Passages, found.Dropped, found.Query }, json),
        AnswerUpdate.Token token => Event("token", new { token.Text }, json),
        AnswerUpdate.Cited cited => Event("citation", cited.Citation, json),
        AnswerUpdate.Replaced replaced => Event("replace", new { replaced.Text }, json),
        AnswerUpdate.Done done => Event("done", done.Answer, json),
        _ => throw new InvalidOperationException($"There is no event for {update.GetType().Name}."),
    };

    private static SseItem<string> Event<T>(string type, T value, JsonSerializerOptions json) => new(JsonSerializer.Serialize(value, json), type);
}
