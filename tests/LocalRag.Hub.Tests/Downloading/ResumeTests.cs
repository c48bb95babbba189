using System.IO.Compression;
using LocalRag.Connectors.SentenceTransformers.Hub;
using LocalRag.Hub.Tests.Server;
using Microsoft.AspNetCore.Http;

namespace LocalRag.Hub.Tests.Downloading;

/// <summary>Bodies that break off, lie or come back changed.</summary>
public sealed class ResumeTests
{
    private static readonly FakeFile Weights = FakeFile.Large("weights.bin", 300_000);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_truncated_body_is_resumed_where_it_broke_off()
    {
        await using var hub = await StartAsync(async (context, call, number) =>
        {
            if (number > 2)
            {
                return false;
            }

            await FakeHub.BreakOffAsync(context, Weights.Content, 100_000);
            return true;
        });

        await DownloadAsync(hub);

        Assert.Equal([null, "bytes=100000-", "bytes=200000-"], Storage(hub).Select(call => call.Range));
        Assert.Equal([TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1)], hub.Time.Pauses);
    }

    [Fact]
    public async Task Six_breaks_without_a_byte_of_progress_end_with_an_error_and_what_has_arrived_is_kept()
    {
        await using var hub = await StartAsync(async (context, call, number) =>
        {
            if (number == 1)
            {
                await FakeHub.BreakOffAsync(context, Weights.Content, 50_000);
            }
            else
            {
                // Ends properly, only too early.
                context.Response.StatusCode = 206;
                context.Response.Headers.ContentRange = "bytes 50000-299999/300000";
            }

            return true;
        });

        var exception = await Assert.ThrowsAsync<HubException>(() => DownloadAsync(hub));

        Assert.Equal(HubErrorKind.Unavailable, exception.Kind);
        Assert.Contains("50,000 of 300,000", exception.Message, StringComparison.Ordinal);
        Assert.Equal(6, Storage(hub).Count());
        Assert.Equal([1, 2, 4, 8, 8], hub.Time.Pauses.Select(pause => pause.TotalSeconds));
        hub.Intercept = null;
        await DownloadAsync(hub);
        Assert.Equal("bytes=50000-", Storage(hub).Last().Range);
    }

    [Fact]
    public async Task A_body_that_stands_still_is_resumed()
    {
        await using var hub = await StartAsync(async (context, call, number) =>
        {
            if (number > 1)
            {
                return false;
            }

            context.Response.ContentLength = Weights.Size;
            await context.Response.Body.WriteAsync(Weights.Content.AsMemory(0, 70_000));
            await context.Response.Body.FlushAsync();
            await FakeHub.StandStillAsync(context);
            return true;
        });

        // The limit passes once the bytes are here and nothing more comes.
        await DownloadAsync(hub, new Reports { OnReport = report => { if (report.FileBytesDone == 70_000) { ThreadPool.QueueUserWorkItem(_ => hub.Time.PassLimits()); } } });

        Assert.Equal([null, "bytes=70000-"], Storage(hub).Select(call => call.Range));
    }

    [Fact]
    public async Task A_server_that_ignores_the_range_starts_the_file_again()
    {
        await using var hub = await StartBrokenAsync((context, call) =>
        {
            context.Request.Headers.Remove("Range");
            return Task.FromResult(false);
        });

        await DownloadAsync(hub);

        Assert.Equal([null, "bytes=100000-"], Storage(hub).Select(call => call.Range));
    }

    [Theory]
    [InlineData("bytes 5-299999/300000")]
    [InlineData("bytes 100000-299999/400000")]
    [InlineData(null)]
    public async Task A_wrong_content_range_starts_the_file_again(string? range)
    {
        await using var hub = await StartBrokenAsync(async (context, call) =>
        {
            if (call.Range is null)
            {
                return false;
            }

            context.Response.StatusCode = 206;
            context.Response.Headers.ContentRange = range;
            await context.Response.Body.WriteAsync(Weights.Content.AsMemory(100_000));
            return true;
        });

        await DownloadAsync(hub);

        Assert.Equal([null, "bytes=100000-", null], Storage(hub).Select(call => call.Range));
    }

    [Fact]
    public async Task An_unsatisfiable_range_starts_the_file_again()
    {
        await using var hub = await StartBrokenAsync((context, call) =>
        {
            context.Response.StatusCode = call.Range is null ? 200 : 416;
            return Task.FromResult(call.Range is not null);
        });

        await DownloadAsync(hub);

        Assert.Equal([null, "bytes=100000-", null], Storage(hub).Select(call => call.Range));
    }

    [Theory]
    [InlineData(416)]
    [InlineData(200)]
    [InlineData(206)]
    public async Task A_server_that_starts_again_and_again_is_given_up(int status)
    {
        await using var hub = await StartAsync(async (context, call, number) =>
        {
            // Always the same first part, whatever was asked for.
            context.Response.StatusCode = call.Range is null ? 200 : status;
            if (call.Range is null || status == 200)
            {
                context.Response.ContentLength = Weights.Size;
                await context.Response.Body.WriteAsync(Weights.Content.AsMemory(0, 100_000));
            }

            return true;
        });

        var exception = await Assert.ThrowsAsync<HubException>(() => DownloadAsync(hub));

        Assert.Equal(HubErrorKind.Unavailable, exception.Kind);
        Assert.Contains("100,000 of 300,000", exception.Message, StringComparison.Ordinal);
        Assert.True(Storage(hub).Count() < 15);
    }

    [Fact]
    public async Task A_complete_partial_file_needs_no_request_for_content()
    {
        await using var hub = await StartAsync(null);
        await WritePartialAsync(hub, Weights.Content);

        await DownloadAsync(hub);

        Assert.Empty(Storage(hub));
    }

    [Theory]
    [InlineData(100_000)]
    [InlineData(300_000)]
    public async Task Wrong_bytes_of_an_earlier_run_are_found_by_the_hash_and_fetched_again(int length)
    {
        await using var hub = await StartAsync(null);
        await WritePartialAsync(hub, new byte[length]);

        await DownloadAsync(hub);

        Assert.Null(Storage(hub).Last().Range);
    }

    [Fact]
    public async Task A_partial_file_that_is_longer_than_the_file_is_forgotten()
    {
        await using var hub = await StartAsync(null);
        await WritePartialAsync(hub, new byte[400_000]);

        await DownloadAsync(hub);

        Assert.Null(Assert.Single(Storage(hub)).Range);
    }

    [Fact]
    public async Task Content_with_another_hash_is_deleted_and_refused()
    {
        await using var hub = await StartAsync(async (context, call, number) =>
        {
            await FakeHub.WriteContentAsync(context, new byte[Weights.Size]);
            return true;
        });

        var exception = await Assert.ThrowsAsync<HubException>(() => DownloadAsync(hub));

        Assert.Equal(HubErrorKind.Corrupt, exception.Kind);
        Assert.Single(Storage(hub));
        Assert.Empty(Directory.EnumerateFiles(Path.Combine(hub.RepositoryFolder("acme/bi"), "blobs")));
        Assert.False(File.Exists(hub.SnapshotPath("acme/bi", Weights.Path)));
    }

    [Fact]
    public async Task A_body_beyond_the_announced_size_is_stopped()
    {
        var sent = 0L;
        await using var hub = await StartAsync(async (context, call, number) =>
        {
            var block = new byte[64 * 1024];
            while (sent < 64 * 1024 * 1024 && !context.RequestAborted.IsCancellationRequested)
            {
                await context.Response.Body.WriteAsync(block);
                sent += block.Length;
            }

            return true;
        });

        var exception = await Assert.ThrowsAsync<HubException>(() => DownloadAsync(hub));

        Assert.Equal(HubErrorKind.Corrupt, exception.Kind);
        Assert.Equal(0, new FileInfo(Path.Combine(hub.RepositoryFolder("acme/bi"), "blobs", Weights.Sha256 + ".incomplete")).Length);
    }

    [Fact]
    public async Task A_body_that_was_compressed_against_the_request_is_unpacked()
    {
        await using var hub = await StartAsync(async (context, call, number) =>
        {
            context.Response.Headers.ContentEncoding = "gzip";
            await using var zip = new GZipStream(context.Response.Body, CompressionMode.Compress);
            await zip.WriteAsync(Weights.Content);
            return true;
        });

        await DownloadAsync(hub);
    }

    [Fact]
    public async Task A_compressed_range_starts_the_file_again()
    {
        await using var hub = await StartBrokenAsync((context, call) =>
        {
            if (call.Range is not null)
            {
                context.Response.Headers.ContentEncoding = "gzip";
            }

            return Task.FromResult(false);
        });

        await DownloadAsync(hub);

        Assert.Equal([null, "bytes=100000-", null], Storage(hub).Select(call => call.Range));
    }

    [Fact]
    public async Task A_body_that_unpacks_to_more_than_the_announced_size_is_stopped()
    {
        await using var hub = await StartAsync(async (context, call, number) =>
        {
            context.Response.Headers.ContentEncoding = "gzip";
            await using var zip = new GZipStream(context.Response.Body, CompressionMode.Compress);
            await zip.WriteAsync(new byte[10_000_000]);
            return true;
        });

        Assert.Equal(HubErrorKind.Corrupt, (await Assert.ThrowsAsync<HubException>(() => DownloadAsync(hub))).Kind);
    }

    [Fact]
    public async Task An_expired_storage_address_is_asked_from_the_hub_again()
    {
        await using var hub = await StartAsync((context, call, number) =>
        {
            context.Response.StatusCode = 403;
            return Task.FromResult(number == 1);
        });

        await DownloadAsync(hub);

        Assert.Equal(2, Storage(hub).Count());
        Assert.Equal(2, hub.Calls.Count(call => call.Method == "GET" && call.Path.Contains("/resolve/", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_storage_that_always_refuses_ends_with_an_error()
    {
        await using var hub = await StartAsync((context, call, number) =>
        {
            context.Response.StatusCode = 403;
            return Task.FromResult(true);
        });

        Assert.Equal(HubErrorKind.Forbidden, (await Assert.ThrowsAsync<HubException>(() => DownloadAsync(hub))).Kind);
        Assert.Equal(2, Storage(hub).Count());
    }

    [Fact]
    public async Task An_empty_file_is_made_without_a_request_for_content()
    {
        await using var hub = await StartAsync(null);
        hub.Repositories["acme/bi"].Files.Add(FakeFile.Small("empty.txt", ""));

        var path = await hub.Client().DownloadFileAsync("acme/bi", "empty.txt", cancellationToken: Cancel);

        Assert.Empty(await File.ReadAllBytesAsync(path, Cancel));
        Assert.DoesNotContain(hub.Calls, call => call.Method == "GET");
    }

    private static async Task<FakeHub> StartAsync(Func<HttpContext, Call, int, Task<bool>>? storage)
    {
        var repository = new FakeRepository();
        repository.Files.Add(Weights);
        var hub = await FakeHub.StartAsync(("acme/bi", repository));
        var number = 0;
        hub.Intercept = (context, call) => call.ToStorage && storage is not null ? storage(context, call, Interlocked.Increment(ref number)) : Task.FromResult(false);
        return hub;
    }

    // The storage breaks off the first body after 100,000 bytes; the test answers what is asked then.
    private static Task<FakeHub> StartBrokenAsync(Func<HttpContext, Call, Task<bool>> then)
        => StartAsync(async (context, call, number) =>
        {
            if (number > 1)
            {
                return await then(context, call);
            }

            await FakeHub.BreakOffAsync(context, Weights.Content, 100_000);
            return true;
        });

    private static async Task DownloadAsync(FakeHub hub, IProgress<HubProgress>? progress = null)
    {
        var path = await hub.Client().DownloadFileAsync("acme/bi", Weights.Path, progress: progress, cancellationToken: Cancel);
        Assert.Equal(Weights.Content, await File.ReadAllBytesAsync(path, Cancel));
        Assert.False(File.Exists(Path.Combine(hub.RepositoryFolder("acme/bi"), "blobs", Weights.Sha256 + ".incomplete")));
    }

    private static async Task WritePartialAsync(FakeHub hub, byte[] content)
    {
        var blobs = Path.Combine(hub.RepositoryFolder("acme/bi"), "blobs");
        Directory.CreateDirectory(blobs);
        await File.WriteAllBytesAsync(Path.Combine(blobs, Weights.Sha256 + ".incomplete"), content, Cancel);
    }

    private static IEnumerable<Call> Storage(FakeHub hub) => hub.Calls.Where(call => call.ToStorage);
}
