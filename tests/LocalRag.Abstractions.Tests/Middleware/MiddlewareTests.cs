using System.Diagnostics;
using System.Diagnostics.Metrics;
using CsCheck;
using Microsoft.Extensions.Caching.Distributed;
using Microsoft.Extensions.Caching.Memory;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace LocalRag.Tests;

public sealed class MiddlewareTests : IDisposable
{
    private readonly CountingReranker _core = new();

    public void Dispose() => _core.Dispose();

    [Fact]
    public async Task A_threshold_acts_where_a_call_names_none_and_leaves_its_options_alone()
    {
        using var reranker = _core.AsBuilder().UseScoreThreshold(2).Build();
        var options = new RerankOptions { TopK = 5 };

        Assert.Equal([1], (await reranker.RerankAsync("x", ["x", "xx"], options)).Select(r => r.Index));
        Assert.Equal([1, 0], (await reranker.RerankAsync("x", ["x", "xx"], new RerankOptions { ScoreThreshold = 1 })).Select(r => r.Index));
        Assert.Null(options.ScoreThreshold);
        Assert.Throws<ArgumentOutOfRangeException>(() => _core.AsBuilder().UseScoreThreshold(float.NaN).Build());
    }

    [Fact]
    public async Task A_long_document_scores_as_its_best_piece()
    {
        using var reranker = _core.AsBuilder().UseChunking(maxLength: 20, overlap: 0).Build();
        string far = new string('.', 50) + " xx";
        var results = await reranker.RerankAsync("x", ["x", far, "x " + new string('.', 30)], new RerankOptions { TopK = 2 });

        Assert.Equal([new(1, 2), new(0, 1)], results);
        Assert.Null(Assert.Single(_core.Calls).Options!.TopK);
        Assert.All(_core.Calls[0].Documents, piece => Assert.InRange(piece.Length, 1, 20));
    }

    [Fact]
    public async Task Short_documents_pass_a_chunking_reranker_as_they_are()
    {
        using var reranker = _core.AsBuilder().UseChunking(20, 5).Build();
        string[] documents = ["x", "y"];
        await reranker.RerankAsync("x", documents);
        Assert.Same(documents, _core.Calls[0].Documents);
    }

    [Fact]
    public void Pieces_cover_every_document_and_never_cut_a_character()
    {
        var texts = Gen.OneOf(Gen.Const("word "), Gen.Const("\U0001F600"), Gen.Const("abcdefghij"), Gen.Const("\n")).Array[0, 60]
            .Select(parts => string.Concat(parts.Select((part, i) => $"{part}{(char)(0x4E00 + i)}"))); // A mark of its own in each part, so that a piece has one place.
        Gen.Select(texts, Gen.Int[16, 40], Gen.Double[0, 0.5]).Sample((text, length, share) =>
        {
            var core = new CountingReranker();
            using var reranker = new ChunkingReranker(core, length, (int)(length * share));
            reranker.RerankAsync("q", [text]).GetAwaiter().GetResult();
            var pieces = core.Calls[0].Documents;
            Assert.All(pieces, p => Assert.True(p.Length <= length || pieces.Count == 1 && text.Length <= length));
            Assert.All(pieces, p => Assert.False(p.Length > 0 && (char.IsLowSurrogate(p[0]) || char.IsHighSurrogate(p[^1]))));
            Assert.StartsWith(pieces[0], text, StringComparison.Ordinal);
            Assert.EndsWith(pieces[^1], text, StringComparison.Ordinal);
            int covered = 0;
            foreach (string piece in pieces)
            {
                int at = text.IndexOf(piece, StringComparison.Ordinal);
                Assert.InRange(at, Math.Max(0, covered - length), covered);
                covered = Math.Max(covered, at + piece.Length);
            }

            Assert.Equal(text.Length, covered);
        });
    }

    [Fact]
    public async Task The_cache_answers_the_same_call_and_no_other()
    {
        var cache = Cache();
        using var reranker = _core.AsBuilder().UseDistributedCache(cache).Build();

        var first = await reranker.RerankAsync("x", ["x", "xx"]);
        var again = await reranker.RerankAsync("x", ["x", "xx"]);
        Assert.Equal(first, again);
        Assert.Single(_core.Calls);

        await reranker.RerankAsync("x", ["xx", "x"]);
        await reranker.RerankAsync("x", ["x", "xx"], new RerankOptions { TopK = 1 });
        await reranker.RerankAsync("x", ["x", "xx"], new RerankOptions { ScoreThreshold = 1 });
        await reranker.RerankAsync("x", ["x", "xx"], new RerankOptions { ModelId = "other" });
        await reranker.RerankAsync("xx", ["", "xx"]);
        await reranker.RerankAsync("x", ["xx", "", "x"]);
        Assert.Equal(7, _core.Calls.Count);
    }

    [Fact]
    public async Task Calls_with_properties_of_their_own_pass_the_cache_by()
    {
        using var reranker = _core.AsBuilder().UseDistributedCache(Cache()).Build();
        var options = new RerankOptions { AdditionalProperties = new() { ["seed"] = 1 } };
        await reranker.RerankAsync("x", ["x"], options);
        await reranker.RerankAsync("x", ["x"], options);
        Assert.Equal(2, _core.Calls.Count);
    }

    [Fact]
    public async Task A_broken_cache_entry_counts_as_missing()
    {
        var cache = new BrokenCache();
        using var reranker = _core.AsBuilder().UseDistributedCache(cache).Build();
        foreach (byte[] entry in new byte[][] { [1, 2, 3], [9, 0, 0, 0, 0, 0, 0, 0], new byte[80] })
        {
            cache.Entry = entry;
            Assert.Equal([new(0, 1)], await reranker.RerankAsync("x", ["x"]));
        }

        Assert.Equal(3, _core.Calls.Count);
    }

    [Fact]
    public async Task Logs_tell_counts_and_never_a_text()
    {
        var log = new ListLoggerFactory();
        using var reranker = _core.AsBuilder().UseLogging(log).Build();
        await reranker.RerankAsync("secret", ["secret document", "other"], new RerankOptions { TopK = 1 });
        _core.Failure = new IOException("broken");
        await Assert.ThrowsAsync<IOException>(() => reranker.RerankAsync("secret", ["secret document"]));

        Assert.Equal([LogLevel.Debug, LogLevel.Error], log.Entries.Select(e => e.Level));
        Assert.StartsWith("Reranked 2 documents to 1 in ", log.Entries[0].Message, StringComparison.Ordinal);
        Assert.DoesNotContain(log.Entries, e => e.Message.Contains("secret", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Telemetry_names_model_counts_and_failures()
    {
        const string Source = "LocalRag.Tests.Telemetry";
        var activities = new List<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = s => s.Name == Source,
            Sample = (ref _) => ActivitySamplingResult.AllData,
            ActivityStopped = activities.Add,
        };
        ActivitySource.AddActivityListener(listener);
        var measured = new List<(string Name, string? Error)>();
        using var meters = new MeterListener { InstrumentPublished = (i, l) => { if (i.Meter.Name == Source) { l.EnableMeasurementEvents(i); } } };
        meters.SetMeasurementEventCallback<double>((i, _, tags, _) => measured.Add((i.Name, Error(tags))));
        meters.SetMeasurementEventCallback<int>((i, n, tags, _) => measured.Add(($"{i.Name}={n}", Error(tags))));
        meters.Start();

        using var reranker = _core.AsBuilder().UseOpenTelemetry(Source).Build();
        await reranker.RerankAsync("secret", ["secret", "d"], new RerankOptions { TopK = 1 });
        _core.Failure = new IOException("broken");
        await Assert.ThrowsAsync<IOException>(() => reranker.RerankAsync("secret", ["d"]));

        Assert.Equal(["rerank counter", "rerank counter"], activities.Select(a => a.DisplayName));
        Assert.Equal((2, 1), ((int)activities[0].GetTagItem("localrag.rerank.documents")!, (int)activities[0].GetTagItem("localrag.rerank.results")!));
        Assert.Equal(("test", "counter"), (activities[0].GetTagItem("gen_ai.provider.name"), activities[0].GetTagItem("gen_ai.request.model")));
        Assert.Equal((ActivityStatusCode.Error, "System.IO.IOException"), (activities[1].Status, activities[1].GetTagItem("error.type")));
        Assert.Contains(("gen_ai.client.operation.duration", null), measured);
        Assert.Contains(("localrag.rerank.documents=1", "System.IO.IOException"), measured);
        Assert.DoesNotContain(activities.SelectMany(a => a.TagObjects), t => t.Value?.ToString()?.Contains("secret", StringComparison.Ordinal) == true);

        static string? Error(ReadOnlySpan<KeyValuePair<string, object?>> tags)
        {
            foreach (var tag in tags)
            {
                if (tag.Key == "error.type")
                {
                    return (string?)tag.Value;
                }
            }

            return null;
        }
    }

    [Fact]
    public async Task A_fallback_answers_for_a_reranker_that_throws_but_not_for_a_caller_that_leaves()
    {
        var fallback = new CountingReranker();
        using var reranker = _core.AsBuilder().UseFallback(fallback).Build();
        _core.Failure = new IOException("broken");
        Assert.Equal([new(0, 1)], await reranker.RerankAsync("x", ["x"]));

        using var source = new CancellationTokenSource();
        await source.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reranker.RerankAsync("x", ["x"], cancellationToken: source.Token));
        Assert.Single(fallback.Calls);
    }

    private static MemoryDistributedCache Cache() => new(Options.Create(new MemoryDistributedCacheOptions()));

    private sealed class BrokenCache : IDistributedCache
    {
        public byte[]? Entry { get; set; }

        public byte[]? Get(string key) => Entry;

        public Task<byte[]?> GetAsync(string key, CancellationToken token = default) => Task.FromResult(Entry);

        public void Refresh(string key)
        {
        }

        public Task RefreshAsync(string key, CancellationToken token = default) => Task.CompletedTask;

        public void Remove(string key)
        {
        }

        public Task RemoveAsync(string key, CancellationToken token = default) => Task.CompletedTask;

        public void Set(string key, byte[] value, DistributedCacheEntryOptions options)
        {
        }

        public Task SetAsync(string key, byte[] value, DistributedCacheEntryOptions options, CancellationToken token = default) => Task.CompletedTask;
    }

    private sealed class ListLoggerFactory : ILoggerFactory, ILogger
    {
        public List<(LogLevel Level, string Message)> Entries { get; } = [];

        public void AddProvider(ILoggerProvider provider)
        {
        }

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Entries.Add((logLevel, formatter(state, exception)));

        public void Dispose()
        {
        }
    }
}
