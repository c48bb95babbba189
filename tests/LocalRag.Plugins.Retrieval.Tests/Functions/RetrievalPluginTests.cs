using System.Text.Json;
using Microsoft.Extensions.AI;
using Microsoft.SemanticKernel;

namespace LocalRag.Plugins.Retrieval.Tests;

public sealed class RetrievalPluginTests
{
    private readonly KeywordNotes _notes = new([.. ListedNotes.Of(30).Notes], []);
    private readonly ScriptedReranker _reranker = ScriptedReranker.HighestNumber();

    [Fact]
    public async Task Find_returns_passages_with_ranks_and_scores_of_both_stages()
    {
        var passages = (await new Kernel().InvokeAsync<List<RetrievedPassage>>(Plugin()["find"], new() { ["query"] = "q", ["count"] = 3 }))!;

        int[] order = Expected.BlendOfReverse(20)[..3];
        Assert.Equal(order.Select(i => $"text {i}"), passages.Select(p => p.Text));
        Assert.Equal([1, 2, 3], passages.Select(p => p.Number));
        Assert.Equal(order, passages.Select(p => p.SearchRank));
        Assert.Equal(order.Select(i => (double?)i), passages.Select(p => p.RerankScore));
        Assert.All(passages, p => Assert.NotNull(p.SearchScore));
    }

    [Fact]
    public async Task Options_do_not_freeze_on_the_first_call()
    {
        var kernel = new Kernel();
        var find = Plugin()["find"];
        var one = await kernel.InvokeAsync<List<RetrievedPassage>>(find, new() { ["query"] = "q", ["count"] = 1 });
        var four = await kernel.InvokeAsync<List<RetrievedPassage>>(find, new() { ["query"] = "q", ["count"] = 4 });
        var plain = await kernel.InvokeAsync<List<RetrievedPassage>>(find, new() { ["query"] = "q" });
        Assert.Equal([1, 4, 5], new[] { one!.Count, four!.Count, plain!.Count });
    }

    [Fact]
    public async Task Search_gives_a_prompt_its_numbered_passages_and_keeps_the_result_in_the_metadata()
    {
        var result = await new Kernel().InvokeAsync(Plugin()["search"], new() { ["query"] = "q", ["count"] = 2 });

        Assert.StartsWith("<passages>\n<passage id=\"1\"", result.GetValue<string>(), StringComparison.Ordinal);
        Assert.Equal(2, Assert.IsType<RetrievalResult<Note>>(result.Metadata![RetrievalPlugin.ResultKey]).Hits.Count);
    }

    [Fact]
    public async Task A_prompt_template_prints_the_passages()
    {
        var kernel = new Kernel();
        kernel.Plugins.Add(Plugin());
        var prompt = new KernelPromptTemplateFactory { AllowDangerouslySetContent = true }.Create(new PromptTemplateConfig("Use {{Documents.search query=$question count='1'}} now."));
        string text = await prompt.RenderAsync(kernel, new() { ["question"] = "q" });

        string best = Expected.TextsOfReverse(20, 0, 1)[0];
        Assert.Equal($"Use <passages>\n<passage id=\"1\" title=\"note {best[5..]}\">\n{best}\n</passage>\n</passages> now.", text);
    }

    [Fact]
    public async Task The_reranking_filter_leaves_the_plug_in_alone()
    {
        var builder = Kernel.CreateBuilder().AddRerankingFilter();
        Microsoft.Extensions.DependencyInjection.ServiceCollectionServiceExtensions.AddSingleton<IReranker>(builder.Services, _reranker);
        await builder.Build().InvokeAsync(Plugin()["find"], new() { ["query"] = "q" });
        Assert.Single(_reranker.Calls);
    }

    [Fact]
    public void The_schema_that_a_model_sees_is_clean()
    {
        var schema = Plugin(Filtered())["find"].JsonSchema;

        Assert.Equal(["query", "other_wordings", "count", "name"], schema.GetProperty("properties").EnumerateObject().Select(p => p.Name));
        Assert.Equal(["query"], schema.GetProperty("required").EnumerateArray().Select(e => e.GetString()));
        Assert.Equal("array", schema.GetProperty("properties").GetProperty("other_wordings").GetProperty("type").ToString());
        Assert.Equal("integer", schema.GetProperty("properties").GetProperty("count").GetProperty("type").ToString());
        Assert.Equal("Name of the note.", schema.GetProperty("properties").GetProperty("name").GetProperty("description").GetString());
    }

    [Fact]
    public async Task Filters_and_other_wordings_of_a_model_are_heeded()
    {
        var listed = ListedNotes.Of(30);
        AIFunction find = RetrievalPlugin.Create(new Retriever<Note>(listed, _reranker), Filtered())["find"];
        var arguments = JsonSerializer.Deserialize<Dictionary<string, JsonElement>>("""{"query":"q","other_wordings":["w",""," q2 "],"count":"2","name":"note 7"}""")!;

        object? answer = await find.InvokeAsync(new AIFunctionArguments(arguments.ToDictionary(a => a.Key, a => (object?)a.Value)));

        Assert.Equal("text 7", Assert.Single(Assert.IsType<JsonElement>(answer).EnumerateArray()).GetProperty("text").GetString());
        Assert.Equal(["q", "w", "q2"], listed.Searches.Select(s => s.Value));
    }

    [Fact]
    public async Task Two_filters_must_both_pass()
    {
        var options = Filtered();
        options.Filters.Add(new("id", "Id of the note.", id => note => note.Id == id));
        var find = RetrievalPlugin.Create(new Retriever<Note>(ListedNotes.Of(9)), options)["find"];

        var both = await new Kernel().InvokeAsync<List<RetrievedPassage>>(find, new() { ["query"] = "q", ["name"] = "note 3", ["id"] = "n3" });
        var none = await new Kernel().InvokeAsync<List<RetrievedPassage>>(find, new() { ["query"] = "q", ["name"] = "note 3", ["id"] = "n4" });
        Assert.Equal([1, 0], new[] { both!.Count, none!.Count });
    }

    [Fact]
    public async Task A_model_cannot_ask_for_more_than_allowed()
    {
        var find = RetrievalPlugin.Create(new Retriever<Note>(ListedNotes.Of(30)), new() { MaxCount = 6 })["find"];
        Assert.Equal(6, (await new Kernel().InvokeAsync<List<RetrievedPassage>>(find, new() { ["query"] = "q", ["count"] = 1000 }))!.Count);
    }

    [Theory]
    [InlineData("query", " ")]
    [InlineData("count", "0")]
    [InlineData("count", "some")]
    public async Task Wrong_arguments_are_told_to_the_model(string name, string value)
    {
        var e = await Assert.ThrowsAsync<ArgumentException>(() => new Kernel().InvokeAsync(Plugin()["find"], new() { ["query"] = "q", [name] = value }));
        Assert.Contains($"'{name}'", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_filter_cannot_take_the_name_of_another_parameter()
    {
        var options = new RetrievalPluginOptions<Note>();
        options.Filters.Add(new("Query", "", _ => _ => true));
        Assert.Contains("Query", Assert.Throws<ArgumentException>(() => Plugin(options)).Message, StringComparison.OrdinalIgnoreCase);
    }

    private static RetrievalPluginOptions<Note> Filtered()
    {
        var options = new RetrievalPluginOptions<Note>();
        options.Filters.Add(new("name", "Name of the note.", name => note => note.Name == name));
        return options;
    }

    private KernelPlugin Plugin(RetrievalPluginOptions<Note>? options = null) => RetrievalPlugin.Create(new Retriever<Note>(_notes, _reranker), options);
}
