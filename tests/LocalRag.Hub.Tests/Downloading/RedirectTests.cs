using System.Net;
using LocalRag.Connectors.SentenceTransformers.Hub;
using LocalRag.Hub.Tests.Server;

namespace LocalRag.Hub.Tests.Downloading;

public sealed class RedirectTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Metadata_of_a_large_file_is_read_on_the_302_and_the_storage_is_asked_only_for_content()
    {
        await using var hub = await FakeHub.StartAsync(("acme/bi", FakeRepository.BiEncoder()));

        var path = await hub.Client().DownloadFileAsync("acme/bi", "onnx/model.onnx", cancellationToken: Cancel);

        Assert.Equal(300_000, (await File.ReadAllBytesAsync(path, Cancel)).Length);
        Assert.Equal(["HEAD", "GET", "GET"], hub.Calls.Select(call => call.Method));
        Assert.Equal([false, false, true], hub.Calls.Select(call => call.ToStorage));
    }

    [Fact]
    public async Task A_relative_307_of_a_small_file_is_followed_to_its_metadata()
    {
        await using var hub = await FakeHub.StartAsync(("acme/bi", FakeRepository.BiEncoder()));

        var path = await hub.Client().DownloadFileAsync("acme/bi", "README.md", cancellationToken: Cancel);

        Assert.Equal("# A model", await File.ReadAllTextAsync(path, Cancel));
        Assert.Equal(["HEAD", "HEAD", "GET", "GET"], hub.Calls.Select(call => call.Method));
        Assert.All(hub.Calls.Where(call => call.Path.StartsWith("/api/resolve-cache", StringComparison.Ordinal)), call => Assert.Contains("?etag=", call.Target, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(301)]
    [InlineData(307)]
    [InlineData(308)]
    public async Task A_renamed_repository_is_followed_with_the_token(int status)
    {
        var repository = new FakeRepository { IsPrivate = true };
        repository.Files.AddRange(FakeRepository.BiEncoder().Files);
        await using var hub = await FakeHub.StartAsync(("acme/new", repository));
        hub.Intercept = (context, call) =>
        {
            if (!call.Target.Contains("acme/old", StringComparison.Ordinal))
            {
                return Task.FromResult(false);
            }

            context.Response.StatusCode = status;
            context.Response.Headers.Location = call.Target.Replace("acme/old", "acme/new", StringComparison.Ordinal);
            return Task.FromResult(true);
        };

        var directory = await hub.Client(FakeHub.Token).DownloadAsync("acme/old", cancellationToken: Cancel);
        var file = await hub.Client(FakeHub.Token).DownloadFileAsync("acme/old", "README.md", cancellationToken: Cancel);

        Assert.Equal(300_000, new FileInfo(Path.Combine(directory, "onnx/model.onnx")).ResolveLinkTarget(true) is FileInfo target ? target.Length : 0);
        Assert.Contains("models--acme--old", file, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_loop_of_redirects_ends_with_an_error()
    {
        await using var hub = await FakeHub.StartAsync(("acme/bi", FakeRepository.BiEncoder()));
        hub.Intercept = (context, call) =>
        {
            context.Response.StatusCode = 302;
            context.Response.Headers.Location = call.Target;
            return Task.FromResult(true);
        };

        var exception = await Assert.ThrowsAsync<HubException>(() => hub.Client().DownloadAsync("acme/bi", cancellationToken: Cancel));

        Assert.Equal(HubErrorKind.Protocol, exception.Kind);
        Assert.Contains("more than 10 times", exception.Message, StringComparison.Ordinal);
        Assert.Equal(11, hub.Calls.Count);
    }

    [Theory]
    [InlineData("http://hub.test/elsewhere")]
    [InlineData("http://cdn.test/file")]
    public async Task A_redirect_from_https_to_http_is_refused(string location)
    {
        await using var hub = await FakeHub.StartAsync();
        using var handler = new StubHandler(_ => new HttpResponseMessage(HttpStatusCode.Redirect) { Headers = { Location = new Uri(location) } });

        var exception = await Assert.ThrowsAsync<HubException>(
            () => hub.Client("hf_x", options => options.Endpoint = "https://hub.test", handler).DownloadAsync("acme/bi", cancellationToken: Cancel));

        Assert.Equal(HubErrorKind.Unsafe, exception.Kind);
        Assert.Single(handler.Requests);
    }

    [Theory]
    [InlineData("//other.test/path?x=%2F", "https://other.test/path?x=%2F")]
    [InlineData("next?token=a%2Bb", "https://hub.test/api/models/acme/bi/revision/next?token=a%2Bb")]
    [InlineData("/rooted?a=1#part", "https://hub.test/rooted?a=1#part")]
    public async Task A_location_is_resolved_by_the_rules_of_addresses_and_keeps_its_query(string location, string expected)
    {
        await using var hub = await FakeHub.StartAsync();
        using var handler = new StubHandler(request =>
        {
            var response = new HttpResponseMessage(request.RequestUri!.Query == "?blobs=true" ? HttpStatusCode.TemporaryRedirect : HttpStatusCode.Gone);
            response.Headers.TryAddWithoutValidation("Location", location);
            return response;
        });

        await Assert.ThrowsAsync<HubException>(() => hub.Client("hf_x", options => options.Endpoint = "https://hub.test", handler).DownloadAsync("acme/bi", cancellationToken: Cancel));

        Assert.Equal(new Uri(expected), handler.Requests[1].Uri);
        Assert.Equal(expected.Contains("//hub.test", StringComparison.Ordinal) ? "Bearer hf_x" : null, handler.Requests[1].Authorization);
    }

    [Theory]
    [InlineData("file:///etc/passwd")]
    [InlineData("ftp://other.test/x")]
    [InlineData("")]
    public async Task A_location_that_is_no_web_address_is_refused(string location)
    {
        await using var hub = await FakeHub.StartAsync();
        using var handler = new StubHandler(_ =>
        {
            var response = new HttpResponseMessage(HttpStatusCode.Redirect);
            response.Headers.TryAddWithoutValidation("Location", location);
            return response;
        });

        var exception = await Assert.ThrowsAsync<HubException>(() => hub.Client(null, options => options.Endpoint = "https://hub.test", handler).DownloadAsync("acme/bi", cancellationToken: Cancel));

        Assert.Equal(HubErrorKind.Protocol, exception.Kind);
        Assert.Single(handler.Requests);
    }

    [Fact]
    public async Task A_handler_that_follows_redirects_by_itself_is_refused()
    {
        await using var hub = await FakeHub.StartAsync(("acme/bi", FakeRepository.BiEncoder()));
        using var handler = new SocketsHttpHandler { AllowAutoRedirect = true };

        var exception = await Assert.ThrowsAsync<HubException>(() => hub.Client(FakeHub.Token, handler: handler).DownloadFileAsync("acme/bi", "README.md", cancellationToken: Cancel));

        Assert.Equal(HubErrorKind.Unsafe, exception.Kind);
        Assert.Contains("AllowAutoRedirect", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_redirect_of_metadata_to_another_origin_without_metadata_is_no_hub()
    {
        await using var hub = await FakeHub.StartAsync(("acme/bi", FakeRepository.BiEncoder()));
        hub.Intercept = (context, call) =>
        {
            context.Response.StatusCode = 302;
            context.Response.Headers.Location = new Uri(hub.StorageUrl, "/login").AbsoluteUri;
            return Task.FromResult(true);
        };

        var exception = await Assert.ThrowsAsync<HubException>(() => hub.Client().DownloadFileAsync("acme/bi", "README.md", cancellationToken: Cancel));

        Assert.Equal(HubErrorKind.Protocol, exception.Kind);
        Assert.Single(hub.Calls);
    }
}
