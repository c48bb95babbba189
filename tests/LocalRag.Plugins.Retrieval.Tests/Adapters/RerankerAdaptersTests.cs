using System.Text.Json;
using Microsoft.Extensions.AI;

namespace LocalRag.Plugins.Retrieval.Tests;

public sealed class RerankerAdaptersTests
{
    [Fact]
    public async Task A_tool_orders_the_texts_of_a_model_and_scores_them()
    {
        AIFunction tool = ScriptedReranker.HighestNumber().AsAIFunction();
        object? answer = await tool.InvokeAsync(new AIFunctionArguments { ["query"] = "q", ["documents"] = new[] { "a 1", "b 9", "c 4" }, ["top"] = 2 });

        Assert.Equal(
            """[{"index":1,"score":9,"text":"b 9"},{"index":2,"score":4,"text":"c 4"}]""",
            JsonSerializer.Serialize(Assert.IsType<JsonElement>(answer)));
        Assert.Equal("rerank", tool.Name);
    }

    [Fact]
    public async Task A_wrapped_search_keeps_the_best_by_the_blend()
    {
        var search = ScriptedReranker.HighestNumber().WrapSearch((_, _) => Task.FromResult(Enumerable.Range(0, 20).Select(i => $"text {i}")), text => text, new() { Top = 4 });
        Assert.Equal(Expected.TextsOfReverse(20, 0, 4), await search("q", CancellationToken.None));
    }

    [Fact]
    public async Task A_wrapped_search_passes_cancellation_on()
    {
        using var source = new CancellationTokenSource();
        var search = ScriptedReranker.HighestNumber().WrapSearch(
            (_, _) =>
            {
                source.Cancel();
                return Task.FromResult<IEnumerable<string>>(["text 1"]);
            },
            text => text);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => search("q", source.Token));
    }
}
