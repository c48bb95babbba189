using LocalRag.Connectors.SentenceTransformers.Hub;
using LocalRag.Hub.Tests.Server;
using Microsoft.AspNetCore.Http;

namespace LocalRag.Hub.Tests.Downloading;

/// <summary>What the headers of a single file say, in the spellings that hubs and mirrors use.</summary>
public sealed class MetadataTests
{
    private static readonly FakeFile Readme = FakeFile.Small("README.md", "Hello, World!");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public void The_hash_of_a_small_file_is_that_of_git()
        => Assert.Equal("b45ef6fec89518d314f546fd6c3025367b721684", Readme.BlobId);

    [Theory]
    [InlineData("W/\"{0}\"")]
    [InlineData("\"{0}\"")]
    [InlineData("{0}")]
    public async Task Weak_quoted_and_bare_etags_name_the_same_blob(string form)
    {
        await using var hub = await StartAsync((context, _) => context.Response.Headers.ETag = form.Replace("{0}", Readme.BlobId, StringComparison.Ordinal));

        var path = await hub.Client().DownloadFileAsync("acme/bi", "README.md", cancellationToken: Cancel);

        Assert.Equal("Hello, World!", await File.ReadAllTextAsync(path, Cancel));
        Assert.True(File.Exists(Path.Combine(hub.RepositoryFolder("acme/bi"), "blobs", Readme.BlobId)));
    }

    [Fact]
    public async Task Linked_headers_win_over_plain_ones()
    {
        var large = FakeFile.Large("model.bin", 1000);
        await using var hub = await FakeHub.StartAsync(("acme/bi", new FakeRepository()));
        hub.Repositories["acme/bi"].Files.Add(large);
        hub.Intercept = (context, call) =>
        {
            // The body of the redirect has its own length and tag.
            context.Response.Headers.ETag = "\"0000000000000000000000000000000000000000\"";
            return Task.FromResult(false);
        };

        var path = await hub.Client().DownloadFileAsync("acme/bi", "model.bin", cancellationToken: Cancel);

        Assert.Equal(large.Content, await File.ReadAllBytesAsync(path, Cancel));
    }

    [Fact]
    public async Task The_length_of_a_redirect_is_not_the_size_of_the_file()
    {
        await using var hub = await FakeHub.StartAsync(("acme/bi", new FakeRepository()));
        hub.Intercept = (context, call) =>
        {
            context.Response.StatusCode = 302;
            context.Response.Headers["X-Repo-Commit"] = FakeRepository.FirstCommit;
            context.Response.Headers["X-Linked-Etag"] = $"\"{Readme.Sha256}\"";
            context.Response.Headers.Location = new Uri(hub.StorageUrl, "/blobs/x").AbsoluteUri;
            context.Response.ContentLength = 1138;
            return Task.FromResult(true);
        };

        var exception = await Assert.ThrowsAsync<HubException>(() => hub.Client().DownloadFileAsync("acme/bi", "README.md", cancellationToken: Cancel));

        Assert.Equal(HubErrorKind.Protocol, exception.Kind);
        Assert.Contains("X-Linked-Size", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("X-Repo-Commit", null)]
    [InlineData("X-Repo-Commit", "main")]
    [InlineData("X-Repo-Commit", "../../../../../../../../../../../etc/cron")]
    [InlineData("ETag", null)]
    [InlineData("ETag", "\"../../../etc/passwd\"")]
    [InlineData("ETag", "\"abc\"")]
    [InlineData("X-Linked-Size", "-5")]
    [InlineData("X-Linked-Size", "1e9")]
    public async Task A_missing_or_malformed_header_is_no_hub(string header, string? value)
    {
        await using var hub = await StartAsync((context, _) =>
        {
            context.Response.Headers.ETag = $"\"{Readme.BlobId}\"";
            context.Response.Headers.Remove(header);
            if (value is not null)
            {
                context.Response.Headers[header] = value;
            }
        });

        var exception = await Assert.ThrowsAsync<HubException>(() => hub.Client().DownloadFileAsync("acme/bi", "README.md", cancellationToken: Cancel));

        Assert.Equal(HubErrorKind.Protocol, exception.Kind);
        Assert.Contains(header, exception.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(hub.Calls, call => call.Method == "GET");
        Assert.False(Directory.Exists(hub.CacheFolder));
    }

    [Fact]
    public async Task A_hub_that_answers_with_another_commit_than_asked_is_refused()
    {
        await using var hub = await StartAsync((context, _) => context.Response.Headers.ETag = Readme.BlobId);
        hub.Repositories["acme/bi"].Commits[FakeRepository.SecondCommit] = [];

        var exception = await Assert.ThrowsAsync<HubException>(
            () => hub.Client().DownloadFileAsync("acme/bi", "README.md", new() { Revision = FakeRepository.SecondCommit }, cancellationToken: Cancel));

        Assert.Equal(HubErrorKind.Protocol, exception.Kind);
    }

    /// <summary>A hub that serves one small file directly, with the headers of the test.</summary>
    private static async Task<FakeHub> StartAsync(Action<HttpContext, Call> headers)
    {
        var hub = await FakeHub.StartAsync(("acme/bi", new FakeRepository()));
        hub.Intercept = async (context, call) =>
        {
            context.Response.Headers["X-Repo-Commit"] = FakeRepository.FirstCommit;
            headers(context, call);
            await FakeHub.WriteContentAsync(context, Readme.Content);
            return true;
        };
        return hub;
    }
}
