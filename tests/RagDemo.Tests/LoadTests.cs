using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using LocalRag.Testing;

namespace RagDemo.Tests;

/// <summary>Many askers at once against the built program. Short in every test run; LOCALRAG_LOAD_SECONDS=60 measures and checks the figures too.</summary>
public sealed class LoadTests : IDisposable
{
    private const string NoSignals = "kill -TERM is of Unix";
    private const int Askers = 16;

    // Shorter runs say nothing about speed: other tests share the machine.
    private const double Measurement = 30;

    private static readonly double Seconds = double.Parse(Environment.GetEnvironmentVariable("LOCALRAG_LOAD_SECONDS") ?? "1", CultureInfo.InvariantCulture);

    private readonly DocumentFolder _folder = new();
    private readonly string[] _questions = [.. File.ReadLines(Path.Combine(AppContext.BaseDirectory, "questions.jsonl")).Select(l => JsonElement.Parse(l))
        .Where(q => q.GetProperty("source").ValueKind == JsonValueKind.String).Select(q => q.GetProperty("question").GetString()!)];

    private readonly ConcurrentDictionary<string, string> _answers = [];
    private int _asked;

    public static bool IsUnix => !OperatingSystem.IsWindows();

    public void Dispose() => _folder.Dispose();

    [Fact(Skip = NoSignals, SkipUnless = nameof(IsUnix))]
    public async Task Sixteen_askers_get_their_own_answers_and_no_error()
    {
        string[] docs = [Path.Combine(TestFiles.RepositoryRoot, "docs"), Path.Combine(TestFiles.RepositoryRoot, "README.md")];
        await using (var first = await DemoServer.StartAsync(_folder.Data, docs))
        {
            await foreach (var _ in first.StartUpAsync())
            {
            }

            Assert.Equal(0, await first.StopAsync());
        }

        var begin = Stopwatch.GetTimestamp();
        await using var server = await DemoServer.StartAsync(_folder.Data, docs);
        await AskAsync(server);
        var cold = Stopwatch.GetElapsedTime(begin);

        // Once is enough to compile; the rest is steady.
        await RunAsync(server, 2, Seconds / 10);
        var single = await RunAsync(server, 1, Seconds / 6);
        var two = await RunAsync(server, 2, Seconds / 2);
        var before = server.Memory;
        var sixteen = await RunAsync(server, Askers, Seconds);
        var after = server.Memory;
        var open = await OpenLoopAsync(server, sixteen.Rate / 2, Seconds * 2 / 3);

        var alone = single.Percentile(0.5);
        var figures = string.Create(CultureInfo.InvariantCulture,
            $"first answer after a cold start {cold.TotalSeconds:0.00} s; alone {alone:0} ms; two askers {two.Rate:0.0}/s; {Askers} askers {sixteen.Rate:0.0}/s (x{sixteen.Rate / two.Rate:0.00}), "
            + $"p50 {sixteen.Percentile(0.5):0} ms, p95 {sixteen.Percentile(0.95):0} ms; open loop {open.Rate:0.0}/s: p95 {open.Percentile(0.95):0} ms (x{open.Percentile(0.95) / alone:0.0}); "
            + $"memory {before / 1e6:0} -> {after / 1e6:0} MB; {_asked} questions");
        TestContext.Current.SendDiagnosticMessage(figures);
        TestContext.Current.TestOutputHelper!.WriteLine(figures);

        Assert.True(_answers.Values.Distinct().Count() > _answers.Count / 2, $"{_answers.Count} questions got only {_answers.Values.Distinct().Count()} different answers.");
        if (Seconds >= Measurement)
        {
            Assert.True(cold < TimeSpan.FromSeconds(3), figures);
            Assert.True(sixteen.Rate >= 0.9 * two.Rate, figures);
            Assert.True(open.Percentile(0.95) <= 4 * alone, figures);
            Assert.True(after < 1.1 * before, figures);
        }
    }

    // Closed loop: each asker asks again as soon as it is answered.
    private async Task<Figures> RunAsync(DemoServer server, int askers, double seconds)
    {
        var times = new ConcurrentBag<double>();
        var begin = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, askers).Select(async _ =>
        {
            do
            {
                times.Add(await AskAsync(server));
            }
            while (Stopwatch.GetElapsedTime(begin).TotalSeconds < seconds);
        }));
        return new([.. times.Order()], times.Count / Stopwatch.GetElapsedTime(begin).TotalSeconds);
    }

    // Open loop: questions come at their times, whether or not the ones before are answered.
    private async Task<Figures> OpenLoopAsync(DemoServer server, double rate, double seconds)
    {
        var questions = new List<Task<double>>();
        var begin = Stopwatch.GetTimestamp();
        using var pace = new PeriodicTimer(TimeSpan.FromSeconds(1 / rate));
        while (Stopwatch.GetElapsedTime(begin).TotalSeconds < seconds && await pace.WaitForNextTickAsync(TestContext.Current.CancellationToken))
        {
            questions.Add(AskAsync(server));
        }

        var times = await Task.WhenAll(questions);
        return new([.. times.Order()], questions.Count / Stopwatch.GetElapsedTime(begin).TotalSeconds);
    }

    private async Task<double> AskAsync(DemoServer server)
    {
        // No question is asked twice, and every answer must have cost a run of both models: nothing comes from a cache.
        var number = Interlocked.Increment(ref _asked);
        var question = _questions[number % _questions.Length];
        var begin = Stopwatch.GetTimestamp();
        var answer = await server.PostAsync("api/ask", new { question = $"{question} ({number})" });
        var time = Stopwatch.GetElapsedTime(begin).TotalMilliseconds;
        var timings = answer.GetProperty("timings");
        Assert.True(timings.GetProperty("embed").GetDouble() > 0 && timings.GetProperty("rerank").GetDouble() > 0, answer.GetRawText());
        Assert.Equal($"{question} ({number})", answer.GetProperty("query").GetProperty("asked").GetString());
        _answers[question] = answer.GetProperty("text").GetString()!;
        return time;
    }

    private sealed record Figures(double[] Sorted, double Rate)
    {
        public double Percentile(double share) => Sorted[(int)Math.Min(Sorted.Length - 1, Math.Ceiling(share * Sorted.Length))];
    }
}
