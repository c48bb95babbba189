using LocalRag.Connectors.SentenceTransformers.Hub;
using LocalRag.Hub.Tests.Server;
using Microsoft.AspNetCore.Http;

namespace LocalRag.Hub.Tests.Downloading;

public sealed class RetryTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(408)]
    [InlineData(429)]
    [InlineData(500)]
    [InlineData(502)]
    [InlineData(503)]
    [InlineData(504)]
    public async Task A_passing_failure_is_tried_again_after_growing_pauses(int status)
    {
        await using var hub = await StartAsync(context => context.Response.StatusCode = status, failures: 5);

        await hub.Client().DownloadAsync("acme/bi", cancellationToken: Cancel);

        Assert.Equal([1, 2, 4, 8, 8], hub.Time.Pauses.Select(pause => pause.TotalSeconds));
    }

    [Theory]
    [InlineData(400)]
    [InlineData(403)]
    [InlineData(404)]
    [InlineData(410)]
    [InlineData(501)]
    public async Task A_lasting_failure_is_not_tried_again(int status)
    {
        await using var hub = await StartAsync(context => context.Response.StatusCode = status, failures: 100);

        await Assert.ThrowsAsync<HubException>(() => hub.Client().DownloadAsync("acme/bi", cancellationToken: Cancel));

        Assert.Single(hub.Calls);
    }

    [Fact]
    public async Task Five_retries_are_the_end()
    {
        await using var hub = await StartAsync(context => context.Response.StatusCode = 503, failures: 100);

        var exception = await Assert.ThrowsAsync<HubException>(() => hub.Client().DownloadAsync("acme/bi", cancellationToken: Cancel));

        Assert.Equal(HubErrorKind.Unavailable, exception.Kind);
        Assert.Equal(6, hub.Calls.Count);
    }

    [Theory]
    [InlineData("\"api\";r=0;t=41", null, 42)]
    [InlineData("\"api\";r=0;t=41", "7", 42)]
    [InlineData("\"api\";r=17;t=41", null, 1)]
    [InlineData("\"api\";r=17;t=41", "7", 7)]
    [InlineData(null, "7", 7)]
    [InlineData(null, "Wed, 21 Oct 2099 07:28:00 GMT", 1)]
    [InlineData(null, "99999999", 301)]
    [InlineData("\"api\";r=0;t=99999999", null, 301)]
    [InlineData("garbage", null, 1)]
    public async Task After_429_the_pause_is_the_one_the_hub_asks_for(string? limit, string? retryAfter, int seconds)
    {
        await using var hub = await StartAsync(
            context =>
            {
                context.Response.StatusCode = 429;
                context.Response.Headers["RateLimit"] = limit;
                context.Response.Headers.RetryAfter = retryAfter;
            },
            failures: 1);

        await hub.Client().DownloadAsync("acme/bi", cancellationToken: Cancel);

        Assert.Equal([seconds], hub.Time.Pauses.Select(pause => pause.TotalSeconds));
    }

    [Fact]
    public async Task The_remaining_budget_of_a_good_answer_makes_no_pause()
    {
        await using var hub = await FakeHub.StartAsync(("acme/bi", FakeRepository.BiEncoder()));
        hub.Intercept = (context, call) =>
        {
            context.Response.Headers["RateLimit"] = "\"api\";r=0;t=41";
            return Task.FromResult(false);
        };

        await hub.Client().DownloadAsync("acme/bi", cancellationToken: Cancel);

        Assert.Empty(hub.Time.Pauses);
    }

    [Fact]
    public async Task An_answer_that_does_not_come_in_time_is_asked_again()
    {
        await using var hub = await FakeHub.StartAsync(("acme/bi", FakeRepository.BiEncoder()));
        var first = true;
        hub.Intercept = async (context, call) =>
        {
            if (!first)
            {
                return false;
            }

            first = false;
            hub.Time.PassLimits();
            await FakeHub.StandStillAsync(context);
            return true;
        };

        await hub.Client().DownloadAsync("acme/bi", cancellationToken: Cancel);

        Assert.Equal(2, hub.Calls.Count(call => call.Path.StartsWith("/api/models/", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_listing_that_breaks_off_is_asked_again()
    {
        await using var hub = await StartAsync(
            context =>
            {
                context.Response.ContentType = "application/json";
                context.Response.ContentLength = 1000;
                context.Response.Body.WriteAsync("{\"sha\":"u8.ToArray()).AsTask().Wait(Cancel);
                context.Response.Body.FlushAsync().Wait(Cancel);
                context.Abort();
            },
            failures: 2);

        await hub.Client().DownloadAsync("acme/bi", cancellationToken: Cancel);

        Assert.Equal(3, hub.Calls.Count(call => call.Path.StartsWith("/api/models/", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("<html>login</html>")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"sha":"1111111111111111111111111111111111111111"}""")]
    [InlineData("""{"sha":"../../1111111111111111111111111111111111","siblings":[]}""")]
    [InlineData("""{"sha":"1111111111111111111111111111111111111111","siblings":[{"rfilename":"a","size":-1,"blobId":"1111111111111111111111111111111111111111"}]}""")]
    [InlineData("""{"sha":"1111111111111111111111111111111111111111","siblings":[{"rfilename":"a","size":1,"blobId":"../1"}]}""")]
    [InlineData("""{"sha":"1111111111111111111111111111111111111111","siblings":[{"rfilename":null,"size":1,"blobId":"1111111111111111111111111111111111111111"}]}""")]
    [InlineData("""{"sha":"1111111111111111111111111111111111111111","siblings":[null]}""")]
    public async Task A_listing_that_is_not_one_of_a_hub_is_refused_without_retry(string body)
    {
        await using var hub = await StartAsync(context => context.Response.WriteAsync(body).Wait(Cancel), failures: 100);

        var exception = await Assert.ThrowsAsync<HubException>(() => hub.Client().DownloadAsync("acme/bi", cancellationToken: Cancel));

        Assert.Equal(HubErrorKind.Protocol, exception.Kind);
        Assert.Single(hub.Calls);
        Assert.False(Directory.Exists(hub.CacheFolder));
    }

    [Fact]
    public async Task An_endless_listing_is_stopped()
    {
        await using var hub = await StartAsync(
            context =>
            {
                var block = new byte[1024 * 1024];
                Array.Fill(block, (byte)' ');
                for (var i = 0; i < 200 && !context.RequestAborted.IsCancellationRequested; i++)
                {
                    context.Response.Body.WriteAsync(block).AsTask().Wait(Cancel);
                }
            },
            failures: 100);

        Assert.Equal(HubErrorKind.Protocol, (await Assert.ThrowsAsync<HubException>(() => hub.Client().DownloadAsync("acme/bi", cancellationToken: Cancel))).Kind);
    }

    private static async Task<FakeHub> StartAsync(Action<HttpContext> fail, int failures)
    {
        var hub = await FakeHub.StartAsync(("acme/bi", FakeRepository.BiEncoder()));
        var left = failures;
        hub.Intercept = (context, call) =>
        {
            if (Interlocked.Decrement(ref left) < 0)
            {
                return Task.FromResult(false);
            }

            fail(context);
            return Task.FromResult(true);
        };
        return hub;
    }
}
