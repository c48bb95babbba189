using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.SemanticKernel;

namespace LocalRag.Plugins.Retrieval.Tests;

public sealed class FilterOverheadTests(ITestOutputHelper output)
{
    [Fact]
    public async Task The_filter_adds_less_than_a_millisecond_to_search_and_reranking()
    {
        // A search and a reranker that cost nothing, so that what is measured is the filter over 20 candidates of 120 words.
        var texts = Enumerable.Range(0, 20).Select(i => string.Join(' ', Enumerable.Repeat("word", 120)) + $" {i}").ToList();
        var search = KernelFunctionFactory.CreateFromMethod((string query, int count, int skip) => texts, "find");
        var builder = Kernel.CreateBuilder().AddRerankingFilter(o => o.Include.Add("find"));
        builder.Services.AddSingleton<IReranker>(ScriptedReranker.HighestNumber());

        var plain = await MedianAsync(new Kernel(), search);
        var filtered = await MedianAsync(builder.Build(), search);

        output.WriteLine($"One call without filter {plain.TotalMilliseconds:F4} ms, with filter {filtered.TotalMilliseconds:F4} ms.");
        Assert.InRange((filtered - plain).TotalMilliseconds, double.MinValue, 1);
    }

    // The median, because a busy machine disturbs some of the calls but not most.
    private static async Task<TimeSpan> MedianAsync(Kernel kernel, KernelFunction search)
    {
        var times = new TimeSpan[301];
        for (int i = 0; i < times.Length; i++)
        {
            long start = Stopwatch.GetTimestamp();
            await kernel.InvokeAsync(search, new() { ["query"] = "q", ["count"] = 5, ["skip"] = 0 });
            times[i] = Stopwatch.GetElapsedTime(start);
        }

        Array.Sort(times);
        return times[times.Length / 2];
    }
}
