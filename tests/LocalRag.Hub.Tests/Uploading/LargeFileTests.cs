using LocalRag.Connectors.SentenceTransformers.Hub;
using LocalRag.Hub.Tests.Server;
using Microsoft.AspNetCore.Http;

namespace LocalRag.Hub.Tests.Uploading;

/// <summary>The storage of large files: whole, in parts, and in trouble.</summary>
public sealed class LargeFileTests
{
    private static readonly FakeFile Weights = FakeFile.Large("model.onnx", 250_000, seed: 9);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_file_is_sent_whole_with_its_length_and_without_the_token_and_then_verified()
    {
        await using var hub = await FakeHub.StartAsync();

        await PushAsync(hub);

        var put = Assert.Single(hub.Calls, call => call.Method == "PUT");
        Assert.Null(put.Authorization);
        Assert.Equal("250000", put.Headers["Content-Length"]);
        Assert.False(put.Headers.ContainsKey("Transfer-Encoding"));
        Assert.Contains("?Signature=x%2F", put.Target, StringComparison.Ordinal);
        var verify = Assert.Single(hub.CallsTo("/verify"));
        Assert.Equal($"Bearer {FakeHub.Token}", verify.Authorization);
        Assert.Equal($$"""{"oid":"{{Weights.Sha256}}","size":250000}""", verify.Text);
        var batch = Assert.Single(hub.CallsTo("/objects/batch"));
        Assert.Equal("application/vnd.git-lfs+json", batch.ContentType);
        Assert.Equal("application/vnd.git-lfs+json", batch.Headers["Accept"]);
        Assert.Contains("\"operation\":\"upload\",\"transfers\":[\"basic\",\"multipart\"]", batch.Text, StringComparison.Ordinal);
        Assert.Contains("\"hash_algo\":\"sha256\"", batch.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(100_000, 3)]
    [InlineData(125_000, 2)]
    [InlineData(249_999, 2)]
    public async Task A_larger_file_is_sent_in_parts_and_put_together(int chunkSize, int parts)
    {
        await using var hub = await FakeHub.StartAsync();
        hub.ChunkSize = chunkSize;

        await PushAsync(hub);

        Assert.Equal(parts, hub.Calls.Count(call => call.Method == "PUT"));
        Assert.Equal(Weights.Content, hub.Stored[Weights.Sha256]);
        var complete = Assert.Single(hub.CallsTo("/complete/"));
        Assert.Null(complete.Authorization);
        Assert.Equal("application/vnd.git-lfs+json", complete.ContentType);
        Assert.StartsWith($$"""{"oid":"{{Weights.Sha256}}","parts":[{"partNumber":1,"etag":"\u0022etag-1\u0022"}""", complete.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_part_that_is_sent_again_starts_at_its_own_beginning()
    {
        await using var hub = await FakeHub.StartAsync();
        hub.ChunkSize = 100_000;
        var fail = true;
        hub.Intercept = (context, call) =>
        {
            if (!fail || !call.Path.EndsWith("/2", StringComparison.Ordinal))
            {
                return Task.FromResult(false);
            }

            fail = false;
            context.Response.StatusCode = 503;
            return Task.FromResult(true);
        };
        var reports = new Reports();

        await PushAsync(hub, reports);

        var second = hub.Calls.Where(call => call.Path.EndsWith("/2", StringComparison.Ordinal)).ToList();
        Assert.Equal(2, second.Count);
        Assert.All(second, call => Assert.Equal(Weights.Content[100_000..200_000], call.Body));
        Assert.Equal(Weights.Content, hub.Stored[Weights.Sha256]);
        Assert.Equal((250_000, 250_000, 1, 1), (reports.All[^1].BytesDone, reports.All[^1].Bytes, reports.All[^1].FilesDone, reports.All[^1].Files));
    }

    [Fact]
    public async Task What_the_storage_holds_already_is_not_sent()
    {
        await using var hub = await FakeHub.StartAsync();
        hub.Stored[Weights.Sha256] = Weights.Content;

        await PushAsync(hub);

        Assert.DoesNotContain(hub.Calls, call => call.ToStorage);
        Assert.Single(hub.CallsTo("/commit/"));
    }

    [Fact]
    public async Task Two_files_of_one_content_are_stored_once()
    {
        await using var hub = await FakeHub.StartAsync();
        var model = await WriteModelAsync(hub);
        await File.WriteAllBytesAsync(Path.Combine(model, "copy.onnx"), Weights.Content, Cancel);

        await hub.Client(FakeHub.Token).PushAsync(model, "acme/new", cancellationToken: Cancel);

        Assert.Single(hub.Calls, call => call.Method == "PUT");
        Assert.Equal(2, hub.Repositories["acme/new"].Files.Count(file => file.IsLarge));
    }

    [Fact]
    public async Task An_error_of_the_storage_is_repeated_to_the_user()
    {
        await using var hub = await FakeHub.StartAsync();
        InterceptBatch(hub, """{"objects":[{"oid":"OID","size":250000,"error":{"code":507,"message":"Storage quota exceeded"}}]}""");

        var exception = await FailAsync(hub);

        Assert.Equal(HubErrorKind.Rejected, exception.Kind);
        Assert.Contains("Storage quota exceeded", exception.Message, StringComparison.Ordinal);
        Assert.Empty(hub.CallsTo("/commit/"));
    }

    [Theory]
    [InlineData("""{"objects":[]}""")]
    [InlineData("""{}""")]
    [InlineData("""{"objects":[null]}""")]
    [InlineData("""{"objects":[{"oid":"OID","actions":{"upload":{"href":null}}}]}""")]
    [InlineData("""{"objects":[{"oid":"OID","actions":{"upload":{"href":"file:///etc/passwd"}}}]}""")]
    [InlineData("""{"objects":[{"oid":"OID","actions":{"upload":{"href":"http://127.0.0.1:1/","header":{"chunk_size":"0","00001":"http://127.0.0.1:1/"}}}}]}""")]
    [InlineData("""{"objects":[{"oid":"OID","actions":{"upload":{"href":"http://127.0.0.1:1/","header":{"chunk_size":"many","00001":"http://127.0.0.1:1/"}}}}]}""")]
    [InlineData("""{"objects":[{"oid":"OID","actions":{"upload":{"href":"http://127.0.0.1:1/","header":{"chunk_size":"100000","00001":"http://127.0.0.1:1/","00002":"http://127.0.0.1:1/"}}}}]}""")]
    [InlineData("""{"objects":[{"oid":"OID","actions":{"upload":{"href":"http://127.0.0.1:1/","header":{"chunk_size":"125000","00001":"http://127.0.0.1:1/","00003":"http://127.0.0.1:1/"}}}}]}""")]
    public async Task An_answer_that_makes_no_sense_stops_the_push(string answer)
    {
        await using var hub = await FakeHub.StartAsync();
        InterceptBatch(hub, answer);

        Assert.Equal(HubErrorKind.Protocol, (await FailAsync(hub)).Kind);
        Assert.DoesNotContain(hub.Calls, call => call.ToStorage || call.Path.Contains("/commit/", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_part_without_an_etag_stops_the_push()
    {
        await using var hub = await FakeHub.StartAsync();
        hub.ChunkSize = 100_000;
        hub.Intercept = (context, call) => Task.FromResult(call.Method == "PUT");

        var exception = await FailAsync(hub);

        Assert.Equal(HubErrorKind.Protocol, exception.Kind);
        Assert.Contains("part 1 was answered without an ETag", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_failed_verification_stops_the_push()
    {
        await using var hub = await FakeHub.StartAsync();
        hub.Answer("/verify", 422);

        Assert.Equal(HubErrorKind.Rejected, (await FailAsync(hub)).Kind);
        Assert.Empty(hub.CallsTo("/commit/"));
    }

    [Fact]
    public async Task Verification_on_another_origin_gets_no_token()
    {
        await using var hub = await FakeHub.StartAsync();
        InterceptBatch(hub, """{"objects":[{"oid":"OID","actions":{"upload":{"href":"STORAGE/whole/OID"},"verify":{"href":"STORAGE/verify"}}}]}""");

        await Assert.ThrowsAsync<HubException>(() => PushAsync(hub));

        Assert.Null(Assert.Single(hub.Calls, call => call.Path == "/verify").Authorization);
    }

    [Fact]
    public async Task A_mirror_that_passes_on_addresses_of_the_public_hub_is_asked_itself()
    {
        await using var hub = await FakeHub.StartAsync();
        InterceptBatch(hub, """{"objects":[{"oid":"OID","actions":{"upload":{"href":"STORAGE/whole/OID"},"verify":{"href":"https://huggingface.co/acme/new.git/info/lfs/verify"}}}]}""");

        await PushAsync(hub);

        Assert.Single(hub.CallsTo("/acme/new.git/info/lfs/verify"));
    }

    private static void InterceptBatch(FakeHub hub, string answer) => hub.Intercept = async (context, call) =>
    {
        if (!call.Path.EndsWith("/objects/batch", StringComparison.Ordinal))
        {
            return false;
        }

        context.Response.ContentType = "application/vnd.git-lfs+json";
        await context.Response.WriteAsync(answer
            .Replace("OID", Weights.Sha256, StringComparison.Ordinal)
            .Replace("STORAGE", hub.StorageUrl.AbsoluteUri.TrimEnd('/'), StringComparison.Ordinal));
        return true;
    };

    private static Task<HubException> FailAsync(FakeHub hub) => Assert.ThrowsAsync<HubException>(() => PushAsync(hub));

    private static async Task PushAsync(FakeHub hub, IProgress<HubProgress>? progress = null)
        => await hub.Client(FakeHub.Token).PushAsync(await WriteModelAsync(hub), "acme/new", progress: progress, cancellationToken: Cancel);

    private static async Task<string> WriteModelAsync(FakeHub hub)
    {
        var model = Directory.CreateDirectory(Path.Combine(hub.Folder, "model")).FullName;
        await File.WriteAllTextAsync(Path.Combine(model, "config.json"), "{}", Cancel);
        await File.WriteAllBytesAsync(Path.Combine(model, Weights.Path), Weights.Content, Cancel);
        return model;
    }
}
