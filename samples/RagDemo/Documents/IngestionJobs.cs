using System.Collections.Concurrent;
using LocalRag.Plugins.Ingestion;
using LocalRag.Plugins.Retrieval.Answering;

namespace RagDemo.Documents;

/// <summary>Runs indexing behind the page, one run after the other.</summary>
internal sealed partial class IngestionJobs(DocumentIndex index, IServiceProvider services, IHostApplicationLifetime lifetime, ILogger<IngestionJobs> logger) : IHostedService
{
    private const int Remembered = 100;

    private readonly ConcurrentDictionary<string, IngestionJob> _jobs = new();
    private readonly ConcurrentQueue<string> _order = new();
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Ends once the saved index is back and the models are open; fails with the reason why they are not.</summary>
    public Task Ready => _ready.Task;

    /// <summary>The runs that are remembered, newest first.</summary>
    public IEnumerable<JobState> Recent => _order.Reverse().Select(Find).OfType<IngestionJob>().Select(job => job.State);

    public IngestionJob? Find(string id) => _jobs.GetValueOrDefault(id);

    /// <summary>Opens models and index, then looks for changed files; questions about the saved index are answered meanwhile.</summary>
    public IngestionJob StartUp() => Start(async (job, token) =>
    {
        // Both are waited for, whichever fails: a native session that is still being built when the process ends takes the process down.
        try
        {
            await Task.WhenAll(Task.Run(services.GetRequiredService<DocumentAnswerer>, CancellationToken.None), index.OpenAsync(token));
            _ready.SetResult();
        }
        catch (Exception error)
        {
            _ready.SetException(new StartUpException($"The demo could not start: {error.Message}", error));
            _ = _ready.Task.Exception;
            throw;
        }

        return await index.SynchronizeAsync(job, token);
    });

    public IngestionJob Rescan() => Start(index.SynchronizeAsync);

    public IngestionJob Add(IReadOnlyList<SourceFile> files) => Start((job, token) => index.AddAsync(files, job, token));

    private IngestionJob Start(Func<IngestionJob, CancellationToken, Task<IngestionReport>> run)
    {
        var job = new IngestionJob();
        _jobs[job.Id] = job;
        _order.Enqueue(job.Id);
        while (_order.Count > Remembered && _order.TryDequeue(out var old) && _jobs.TryRemove(old, out var forgotten))
        {
            // A run that old has ended, as runs end in the order in which they began.
            forgotten.Dispose();
        }

        job.Ended = Task.Run(async () =>
        {
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(job.Stopping, lifetime.ApplicationStopping);
            try
            {
                var report = await run(job, stop.Token);
                job.Change(s => s with
                {
                    Stage = "done",
                    File = null,
                    Done = s.Total,
                    Added = report.Added.Count,
                    Changed = report.Changed.Count,
                    Removed = report.Removed.Count,
                    Unchanged = report.Unchanged,
                    Failed = report.Failed,
                });
            }
            catch (OperationCanceledException)
            {
                job.Change(s => s with { Stage = "stopped", File = null, Error = "Indexing was stopped; what was finished is kept." });
            }
            catch (Exception error)
            {
                LogFailure(logger, error);
                job.Change(s => s with { Stage = "failed", File = null, Error = error.Message });
            }
        });
        return job;
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Waits for the runs, which the end of the host stops, so that nothing is disposed under them.</summary>
    public Task StopAsync(CancellationToken cancellationToken) => Task.WhenAll(_jobs.Values.Select(job => job.Ended)).WaitAsync(cancellationToken);

    [LoggerMessage(Level = LogLevel.Error, Message = "Indexing failed.")]
    private static partial void LogFailure(ILogger logger, Exception exception);
}
