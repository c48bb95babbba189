using LocalRag.Connectors.SentenceTransformers.Hub;
using LocalRag.Hub.Tests.Server;

namespace LocalRag.Hub.Tests.Downloading;

/// <summary>The token goes to the hub's own scheme, host and port, and nowhere else.</summary>
public sealed class TokenTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_hub_gets_the_token_and_the_storage_on_another_port_does_not()
    {
        var repository = new FakeRepository { IsPrivate = true };
        repository.Files.AddRange(FakeRepository.BiEncoder().Files);
        await using var hub = await FakeHub.StartAsync(("acme/bi", repository));

        await hub.Client(FakeHub.Token).DownloadAsync("acme/bi", cancellationToken: Cancel);

        Assert.All(hub.Calls.Where(call => !call.ToStorage), call => Assert.Equal($"Bearer {FakeHub.Token}", call.Authorization));
        Assert.All(hub.Calls.Where(call => call.ToStorage), call => Assert.Null(call.Authorization));
        Assert.Contains(hub.Calls, call => call.ToStorage);
    }

    [Fact]
    public async Task Another_name_of_the_same_machine_gets_no_token()
    {
        await using var hub = await FakeHub.StartAsync(("acme/bi", FakeRepository.BiEncoder()));
        hub.Intercept = (context, call) =>
        {
            if (call.Path.StartsWith("/stolen", StringComparison.Ordinal))
            {
                return Task.FromResult(false);
            }

            context.Response.StatusCode = 307;
            context.Response.Headers.Location = $"http://localhost:{hub.Url.Port}/stolen";
            return Task.FromResult(true);
        };

        await Assert.ThrowsAsync<HubException>(() => hub.Client(FakeHub.Token).DownloadAsync("acme/bi", cancellationToken: Cancel));

        Assert.Equal(2, hub.Calls.Count);
        Assert.Equal([$"Bearer {FakeHub.Token}", null], hub.Calls.Select(call => call.Authorization));
    }

    [Fact]
    public async Task A_page_of_the_listing_on_another_origin_is_refused_and_never_asked()
    {
        var repository = new FakeRepository { HidesSizes = true };
        repository.Files.AddRange(FakeRepository.BiEncoder().Files);
        await using var hub = await FakeHub.StartAsync(("acme/bi", repository));
        hub.Intercept = (context, call) =>
        {
            if (call.Path.Contains("/tree/", StringComparison.Ordinal))
            {
                context.Response.Headers.Link = $"<{new Uri(hub.StorageUrl, "/steal")}>; rel=\"next\"";
            }

            return Task.FromResult(false);
        };

        var exception = await Assert.ThrowsAsync<HubException>(() => hub.Client(FakeHub.Token).DownloadAsync("acme/bi", cancellationToken: Cancel));

        Assert.Equal(HubErrorKind.Unsafe, exception.Kind);
        Assert.DoesNotContain(hub.Calls, call => call.ToStorage);
    }

    [Fact]
    public async Task No_message_and_no_log_holds_the_token()
    {
        await using var hub = await FakeHub.StartAsync();
        hub.Intercept = async (context, call) =>
        {
            context.Response.StatusCode = 403;
            await FakeHub.WriteJsonAsync(context, new { error = "Forbidden" });
            return true;
        };

        var exception = await Assert.ThrowsAsync<HubException>(() => hub.Client(FakeHub.Token).DownloadAsync("acme/bi", cancellationToken: Cancel));
        Assert.DoesNotContain(FakeHub.Token, exception.ToString(), StringComparison.Ordinal);

        var malformed = Assert.Throws<ArgumentException>(() => hub.Client("hf_secret\r\nX-Header: 1"));
        Assert.DoesNotContain("hf_secret", malformed.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_token_none_is_sent()
    {
        await using var hub = await FakeHub.StartAsync(("acme/bi", FakeRepository.BiEncoder()));

        await hub.Client().DownloadAsync("acme/bi", cancellationToken: Cancel);

        Assert.All(hub.Calls, call => Assert.Null(call.Authorization));
        Assert.All(hub.Calls, call => Assert.Equal("identity", call.Headers["Accept-Encoding"]));
        Assert.All(hub.Calls, call => Assert.StartsWith("LocalRag/", call.Headers["User-Agent"], StringComparison.Ordinal));
        Assert.Contains("(dotnet/", hub.Calls.First().Headers["User-Agent"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_user_agent_says_nothing_about_the_machine_when_telemetry_is_off()
    {
        await using var hub = await FakeHub.StartAsync(("acme/bi", FakeRepository.BiEncoder()));
        hub.Environment["DO_NOT_TRACK"] = "yes";

        await hub.Client().DownloadAsync("acme/bi", cancellationToken: Cancel);

        Assert.DoesNotContain(hub.Calls, call => call.Headers["User-Agent"].Contains('(', StringComparison.Ordinal));
    }
}
