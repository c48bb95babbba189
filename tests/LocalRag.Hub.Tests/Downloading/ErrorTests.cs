using System.Net;
using LocalRag.Connectors.SentenceTransformers.Hub;
using LocalRag.Hub.Tests.Server;
using Microsoft.AspNetCore.Http;

namespace LocalRag.Hub.Tests.Downloading;

/// <summary>Every error that a hub answers with, as headers alone (HEAD) and with a body (GET).</summary>
public sealed class ErrorTests
{
    public static TheoryData<int, string?, string?, HubErrorKind, string> Errors => new()
    {
        { 401, "RepoNotFound", "Repository not found", HubErrorKind.RepositoryNotFound, "Check the name" },
        { 404, "RepoNotFound", "Repository not found", HubErrorKind.RepositoryNotFound, "Check the name" },
        { 404, "RevisionNotFound", "Invalid rev id", HubErrorKind.RevisionNotFound, "Check the revision" },
        { 404, "EntryNotFound", "Entry not found", HubErrorKind.FileNotFound, "Check the path" },
        { 401, null, null, HubErrorKind.RepositoryNotFound, "HF_TOKEN" },
        { 401, null, "Invalid credentials in Authorization header", HubErrorKind.InvalidToken, "Renew HF_TOKEN" },
        { 401, "GatedRepo", "Access to model acme/bi is restricted", HubErrorKind.GatedRepository, "accept its terms" },
        { 403, "GatedRepo", "You are not in the authorized list", HubErrorKind.GatedRepository, "this token has no access" },
        { 403, null, "Access to this resource is disabled.", HubErrorKind.RepositoryDisabled, "disabled" },
        { 403, null, "Forbidden", HubErrorKind.Forbidden, "lacks the right" },
        { 404, null, null, HubErrorKind.FileNotFound, "HF_ENDPOINT" },
        { 409, null, "Conflict", HubErrorKind.Conflict, "try again" },
        { 412, null, "Stale", HubErrorKind.Conflict, "try again" },
        { 400, null, "Bad request", HubErrorKind.Rejected, "Bad request" },
    };

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Errors))]
    public async Task By_HEAD_the_headers_say_what_is_wrong(int status, string? code, string? message, HubErrorKind kind, string advice)
    {
        await using var hub = await StartAsync(context =>
        {
            FakeHub.Fail(context, status, code, message);
            return Task.CompletedTask;
        });

        var exception = await Assert.ThrowsAsync<HubException>(() => hub.Client().DownloadFileAsync("acme/bi", "README.md", cancellationToken: Cancel));

        Check(exception, status, kind, advice);
        Assert.Equal("HEAD", Assert.Single(hub.Calls).Method);
    }

    [Theory]
    [MemberData(nameof(Errors))]
    public async Task By_GET_the_body_says_what_is_wrong(int status, string? code, string? message, HubErrorKind kind, string advice)
    {
        await using var hub = await StartAsync(context =>
        {
            FakeHub.Fail(context, status, code, null);
            return message is null ? Task.CompletedTask : FakeHub.WriteJsonAsync(context, new { error = message });
        });

        var exception = await Assert.ThrowsAsync<HubException>(() => hub.Client().DownloadAsync("acme/bi", cancellationToken: Cancel));

        Check(exception, status, kind, advice);
        if (message is not null)
        {
            Assert.Contains(message, exception.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("""{"error": ["first", "second"]}""", "first second")]
    [InlineData("""{"errors": [{"message": "first"}, {"message": "second"}]}""", "first second")]
    [InlineData("""{"message": "first"}""", "first")]
    [InlineData("""{"error": "bad\u001b[31m name"}""", "bad\uFFFD[31m name")]
    public async Task Every_shape_of_error_body_is_read(string body, string expected)
    {
        await using var hub = await StartAsync(context =>
        {
            context.Response.StatusCode = 400;
            context.Response.ContentType = "application/json";
            return context.Response.WriteAsync(body);
        });

        var exception = await Assert.ThrowsAsync<HubException>(() => hub.Client().DownloadAsync("acme/bi", cancellationToken: Cancel));

        Assert.Contains($"\"{expected}\"", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("text/html", "<html>proxy</html>")]
    [InlineData("application/json", "{not json")]
    [InlineData("application/json", "[[[[[[")]
    public async Task A_body_that_says_nothing_is_left_out(string type, string body)
    {
        await using var hub = await StartAsync(context =>
        {
            context.Response.StatusCode = 400;
            context.Response.ContentType = type;
            return context.Response.WriteAsync(body);
        });

        var exception = await Assert.ThrowsAsync<HubException>(() => hub.Client().DownloadAsync("acme/bi", cancellationToken: Cancel));

        Assert.Equal(HubErrorKind.Rejected, exception.Kind);
        Assert.DoesNotContain("The hub says", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_endless_error_body_is_stopped()
    {
        await using var hub = await StartAsync(async context =>
        {
            context.Response.StatusCode = 400;
            context.Response.ContentType = "application/json";
            for (var i = 0; i < 1000 && !context.RequestAborted.IsCancellationRequested; i++)
            {
                await context.Response.Body.WriteAsync(new byte[64 * 1024]);
            }
        });

        Assert.Equal(HubErrorKind.Rejected, (await Assert.ThrowsAsync<HubException>(() => hub.Client().DownloadAsync("acme/bi", cancellationToken: Cancel))).Kind);
    }

    [Fact]
    public async Task A_hub_that_cannot_be_reached_says_so()
    {
        await using var hub = await FakeHub.StartAsync();
        using var handler = new StubHandler(_ => throw new HttpRequestException(HttpRequestError.NameResolutionError, "Name or service not known"));

        var exception = await Assert.ThrowsAsync<HubException>(() => hub.Client(handler: handler).DownloadAsync("acme/bi", cancellationToken: Cancel));

        Assert.Equal(HubErrorKind.Unavailable, exception.Kind);
        Assert.Contains("HF_HUB_OFFLINE=1", exception.Message, StringComparison.Ordinal);
        Assert.Equal(6, handler.Requests.Count);
    }

    private static void Check(HubException exception, int status, HubErrorKind kind, string advice)
    {
        Assert.Equal(kind, exception.Kind);
        Assert.Equal((HttpStatusCode)status, exception.StatusCode);
        Assert.Equal("Root=1-2-3", exception.RequestId);
        Assert.Contains(advice, exception.Message, StringComparison.Ordinal);
    }

    private static async Task<FakeHub> StartAsync(Func<HttpContext, Task> answer)
    {
        var hub = await FakeHub.StartAsync();
        hub.Intercept = async (context, call) =>
        {
            await answer(context);
            return true;
        };
        return hub;
    }
}
