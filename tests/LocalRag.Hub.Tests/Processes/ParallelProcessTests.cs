using LocalRag.Hub.Tests.Server;
using Microsoft.AspNetCore.Http;

namespace LocalRag.Hub.Tests.Processes;

/// <summary>Several processes on one cache, and processes that die.</summary>
public sealed class ParallelProcessTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("0")]
    [InlineData("1")]
    public async Task Eight_processes_that_ask_at_once_download_each_file_once(string withoutLinks)
    {
        var repository = FakeRepository.BiEncoder(2_000_000);
        await using var hub = await FakeHub.StartAsync(("acme/bi", repository));
        var listings = 0;
        var everybody = new TaskCompletionSource();
        hub.Intercept = async (context, call) =>
        {
            // Nobody gets ahead of the others before all have asked.
            if (call.Path.StartsWith("/api/models/", StringComparison.Ordinal))
            {
                if (Interlocked.Increment(ref listings) == 8)
                {
                    everybody.SetResult();
                }

                await everybody.Task.WaitAsync(context.RequestAborted);
            }

            return false;
        };

        var workers = Enumerable.Range(0, 8).Select(_ => WorkerProcess.Start(hub, "acme/bi", ("HF_HUB_DISABLE_SYMLINKS", withoutLinks), ("HF_HUB_ETAG_TIMEOUT", "60"))).ToList();
        var directories = await Task.WhenAll(workers.Select(worker => worker.ResultAsync()));
        workers.ForEach(worker => worker.Dispose());

        Assert.Single(directories.Distinct());
        var needed = repository.Files.Where(file => FakeRepository.NeededFiles.Contains(file.Path)).ToList();
        var requests = hub.ContentCalls.ToList();
        Assert.Equal(requests.Select(call => call.Path).Distinct(), requests.Select(call => call.Path));
        Assert.Equal(withoutLinks == "1" ? needed.Count : needed.DistinctBy(file => file.ETag).Count(), requests.Count);
        Assert.All(needed, file => Assert.Equal(file.Content, File.ReadAllBytes(Path.Combine(directories[0], file.Path))));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(500_000)]
    [InlineData(1_999_999)]
    public async Task After_a_kill_the_next_run_goes_on_and_no_file_is_wrong(int killAfter)
    {
        var repository = FakeRepository.BiEncoder(2_000_000);
        await using var hub = await FakeHub.StartAsync(("acme/bi", repository));
        var onnx = repository.Files.Single(file => file.Path == "onnx/model.onnx");
        var reached = HoldFirst(hub, onnx, async context =>
        {
            context.Response.ContentLength = onnx.Size;
            await context.Response.Body.WriteAsync(onnx.Content.AsMemory(0, killAfter));
            await context.Response.Body.FlushAsync();
        });

        using (var worker = WorkerProcess.Start(hub, "acme/bi"))
        {
            await worker.UntilAsync(reached);
            await worker.KillAsync();
        }

        CheckFinalNames(hub);
        Assert.False(File.Exists(hub.SnapshotPath("acme/bi", onnx.Path)));
        var partial = new FileInfo(Path.Combine(hub.RepositoryFolder("acme/bi"), "blobs", onnx.Sha256 + ".incomplete"));
        var kept = partial.Exists ? partial.Length : 0;
        hub.Calls.Clear();

        using (var worker = WorkerProcess.Start(hub, "acme/bi"))
        {
            Assert.Equal(onnx.Content, await File.ReadAllBytesAsync(Path.Combine(await worker.ResultAsync(), onnx.Path), Cancel));
        }

        Assert.Equal(kept == 0 ? null : $"bytes={kept}-", Assert.Single(hub.ContentCalls, call => call.Path.EndsWith(onnx.Sha256, StringComparison.Ordinal)).Range);
        CheckFinalNames(hub);
    }

    [Fact]
    public async Task A_process_waits_for_the_file_that_another_one_downloads_and_takes_over_when_it_dies()
    {
        var repository = FakeRepository.BiEncoder(200_000);
        await using var hub = await FakeHub.StartAsync(("acme/bi", repository));
        var onnx = repository.Files.Single(file => file.Path == "onnx/model.onnx");
        var reached = HoldFirst(hub, onnx, _ => Task.CompletedTask);
        using var first = WorkerProcess.Start(hub, "acme/bi", ("HF_HUB_ETAG_TIMEOUT", "600"), ("HF_HUB_DOWNLOAD_TIMEOUT", "600"));
        await first.UntilAsync(reached);
        var second = hub.Client().DownloadAsync("acme/bi", cancellationToken: Cancel);
        using var cancelled = new CancellationTokenSource();
        var third = hub.Client().DownloadAsync("acme/bi", cancellationToken: cancelled.Token);
        await cancelled.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => third);
        Assert.False(second.IsCompleted);

        await first.KillAsync();

        Assert.Equal(onnx.Content, await File.ReadAllBytesAsync(Path.Combine(await second, onnx.Path), Cancel));
        Assert.Equal(2, hub.ContentCalls.Count(call => call.Path.EndsWith(onnx.Sha256, StringComparison.Ordinal)));
    }

    /// <summary>Lets the first download of a file stand still after the bytes that <paramref name="begin"/> sends; the task ends there.</summary>
    private static Task HoldFirst(FakeHub hub, FakeFile file, Func<HttpContext, Task> begin)
    {
        var reached = new TaskCompletionSource();
        hub.Intercept = async (context, call) =>
        {
            if (!call.Path.EndsWith(file.Sha256, StringComparison.Ordinal) || reached.Task.IsCompleted)
            {
                return false;
            }

            await begin(context);
            reached.SetResult();
            await FakeHub.StandStillAsync(context);
            return true;
        };
        return reached.Task;
    }

    private static void CheckFinalNames(FakeHub hub)
    {
        var files = hub.Repositories["acme/bi"].Files;
        foreach (var blob in Directory.EnumerateFiles(Path.Combine(hub.RepositoryFolder("acme/bi"), "blobs")).Where(path => !path.EndsWith(".incomplete", StringComparison.Ordinal)))
        {
            Assert.Equal(files.First(file => file.ETag == Path.GetFileName(blob)).Content, File.ReadAllBytes(blob));
        }

        var snapshot = hub.SnapshotPath("acme/bi", "");
        if (Directory.Exists(snapshot))
        {
            foreach (var path in Directory.EnumerateFiles(snapshot, "*", SearchOption.AllDirectories))
            {
                Assert.Equal(files.Single(file => file.Path == Path.GetRelativePath(snapshot, path)).Content, File.ReadAllBytes(path));
            }
        }
    }
}
