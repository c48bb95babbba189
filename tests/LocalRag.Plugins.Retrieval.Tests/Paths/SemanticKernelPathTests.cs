#pragma warning disable CS0618 // Semantic Kernel's plug-in factories and TextSearchProvider exist only for the older ITextSearch.
using System.Text.Json;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.SemanticKernel;
using Microsoft.SemanticKernel.ChatCompletion;
using Microsoft.SemanticKernel.Data;

namespace LocalRag.Plugins.Retrieval.Tests;

/// <summary>Each way in which Semantic Kernel and its relatives run a search, with the real thing: order by the rule, count kept, candidates over-fetched.</summary>
public sealed class SemanticKernelPathTests
{
    private readonly ListedNotes _notes = ListedNotes.Of(30);
    private readonly ScriptedReranker _reranker = ScriptedReranker.HighestNumber();
    private static readonly string[] BestThree = Expected.TextsOfReverse(20, 0, 3);

    [Fact]
    public async Task A_prompt_template_prints_reranked_strings()
    {
        var kernel = FilteredKernel();
        kernel.Plugins.Add(PlainSearch().CreateWithSearch("Docs"));
        string text = await Render(kernel, "Facts: {{Docs.Search query=$q count='3'}}");
        Assert.Equal($"Facts: {string.Join('\n', BestThree)}", text);
        AssertOneWideSearch();
    }

    [Fact]
    public async Task A_prompt_template_prints_strings_of_the_decorated_search()
    {
        var kernel = new Kernel();
        kernel.Plugins.Add(DecoratedSearch().CreateWithSearch("Docs"));
        string text = await Render(kernel, "Facts: {{Docs.Search query=$q count='3'}}");
        Assert.Equal($"Facts: {string.Join('\n', BestThree)}", text);
        AssertOneWideSearch();
    }

    [Fact]
    public async Task Filter_and_decorator_together_rerank_once()
    {
        var kernel = FilteredKernel();
        kernel.Plugins.Add(DecoratedSearch().CreateWithSearch("Docs"));
        Assert.Equal(BestThree, await kernel.InvokeAsync<List<string>>("Docs", "Search", new() { ["query"] = "q", ["count"] = 3 }));
        AssertOneWideSearch();
    }

    [Fact]
    public async Task A_streaming_prompt_reads_reranked_strings()
    {
        var model = new CallingChatClient(tool: null);
        var builder = Kernel.CreateBuilder().AddRerankingFilter();
        builder.Services.AddSingleton<IReranker>(_reranker);
        builder.Services.AddSingleton<IChatCompletionService>(model.AsChatCompletionService());
        var kernel = builder.Build();
        kernel.Plugins.Add(PlainSearch().CreateWithSearch("Docs"));

        await foreach (var piece in kernel.InvokePromptStreamingAsync("{{Docs.Search query='q' count='3'}}"))
        {
            Assert.NotNull(piece);
        }

        Assert.Equal(string.Join('\n', BestThree), Assert.Single(model.LastMessages).Text);
        AssertOneWideSearch();
    }

    [Fact]
    public async Task Automatic_function_calling_of_semantic_kernel_goes_through_the_filter()
    {
        var model = new CallingChatClient("Search", Arguments());
        var builder = Kernel.CreateBuilder().AddRerankingFilter();
        builder.Services.AddSingleton<IReranker>(_reranker);
        builder.Services.AddSingleton<IChatCompletionService>(model.AsBuilder().UseKernelFunctionInvocation().Build().AsChatCompletionService());
        var kernel = builder.Build();
        kernel.Plugins.Add(PlainSearch().CreateWithSearch("Docs"));

        var settings = new PromptExecutionSettings { FunctionChoiceBehavior = FunctionChoiceBehavior.Auto() };
        string? answer = await kernel.InvokePromptAsync<string>("What is it?", new KernelArguments(settings));

        Assert.Equal("done", answer);
        Assert.Equal(BestThree, model.ToolStrings);
        AssertOneWideSearch();
    }

    [Fact]
    public async Task Function_invocation_of_microsoft_extensions_ai_passes_filters_by_so_the_decorator_reranks()
    {
        var model = new CallingChatClient("Search", Arguments());
        var tools = DecoratedSearch().CreateWithSearch("Docs").Cast<AITool>().ToList();

        // Semantic Kernel's functions want a real container when they run as tools.
        await using var services = new ServiceCollection().BuildServiceProvider();
        await model.AsBuilder().UseFunctionInvocation().Build(services).GetResponseAsync("What is it?", new ChatOptions { Tools = tools });

        Assert.Equal(BestThree, model.ToolStrings);
        AssertOneWideSearch();
    }

    [Fact]
    public async Task The_text_search_provider_of_semantic_kernel_hands_a_model_reranked_passages()
    {
        var provider = new TextSearchProvider(DecoratedSearch(), options: new TextSearchProviderOptions { Top = 3, ContextFormatter = results => string.Join('|', results.Select(r => r.Value)) });
        var context = await provider.ModelInvokingAsync([new ChatMessage(ChatRole.User, "q")]);
        Assert.Equal(string.Join('|', BestThree), context.Instructions);
        AssertOneWideSearch();
    }

    [Fact]
    public async Task An_agent_of_agent_framework_reads_reranked_passages_through_its_search_delegate()
    {
        var model = new CallingChatClient(tool: null);
        var search = _reranker.WrapSearch<Microsoft.Agents.AI.TextSearchProvider.TextSearchResult>(
            async (query, token) => await _notes.SearchAsync(query, 20, cancellationToken: token)
                .Select(r => new Microsoft.Agents.AI.TextSearchProvider.TextSearchResult { Text = r.Record.Text, SourceName = r.Record.Name }).ToListAsync(token),
            result => result.Text, new RerankingOptions { Top = 3 });
        var agent = new Microsoft.Agents.AI.ChatClientAgent(model, new Microsoft.Agents.AI.ChatClientAgentOptions
        {
            AIContextProviders = [new Microsoft.Agents.AI.TextSearchProvider(search, new() { ContextFormatter = results => string.Join('|', results.Select(r => r.Text)) })],
        });

        await agent.RunAsync("q");

        Assert.Contains(model.LastMessages, m => m.Text == string.Join('|', BestThree));
        AssertOneWideSearch();
    }

    [Fact]
    public async Task An_agent_of_agent_framework_calls_the_retrieval_plug_in_as_a_tool()
    {
        var model = new CallingChatClient("find", Arguments());
        var tools = RetrievalPlugin.CreateTools(new Retriever<Note>(_notes, _reranker));
        await new Microsoft.Agents.AI.ChatClientAgent(model, tools: [.. tools]).RunAsync("q");

        using var found = JsonDocument.Parse(model.ToolResult!.ToString()!);
        Assert.Equal(BestThree, found.RootElement.EnumerateArray().Select(p => p.GetProperty("text").GetString()));
    }

    // The Handlebars and Liquid template packages of Semantic Kernel are not to be had here. These two do what they do: call
    // the function synchronously over async, and send the result through JSON by its run-time type.
    [Fact]
    public void Handlebars_and_liquid_may_call_synchronously_and_round_trip_the_result_through_json()
    {
        var kernel = FilteredKernel();
        kernel.Plugins.Add(PlainSearch().CreateWithGetTextSearchResults("Docs"));
        object? value = RunOnOneThread(context: null, () => kernel.InvokeAsync("Docs", "GetTextSearchResults", new() { ["query"] = "q", ["count"] = 3 }).GetAwaiter().GetResult().GetValue<object>());

        var back = Assert.IsType<List<TextSearchResult>>(JsonSerializer.Deserialize(JsonSerializer.Serialize(value), value!.GetType()));
        Assert.Equal(BestThree, back.Select(r => r.Value));
        Assert.All(back, r => Assert.StartsWith("note ", r.Name, StringComparison.Ordinal));
    }

    // Semantic Kernel's own search functions come back to the caller's context and would hang here, so the filter wraps another function.
    [Fact]
    public void Neither_filter_nor_plug_in_comes_back_to_the_context_of_a_blocked_caller()
    {
        var builder = Kernel.CreateBuilder().AddRerankingFilter(o => o.Include.Add("list"));
        builder.Services.AddSingleton<IReranker>(_reranker);
        var kernel = builder.Build();
        var list = KernelFunctionFactory.CreateFromMethod(
            async (string query, int count) =>
            {
                await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
                return Enumerable.Range(0, count).Select(i => $"text {i}").ToList();
            },
            "list");
        var find = RetrievalPlugin.Create(new Retriever<Note>(_notes, _reranker))["find"];

        var filtered = RunOnOneThread(new DeafContext(), () => kernel.InvokeAsync<List<string>>(list, new() { ["query"] = "q", ["count"] = 3 }).GetAwaiter().GetResult());
        var found = RunOnOneThread(new DeafContext(), () => kernel.InvokeAsync<List<RetrievedPassage>>(find, new() { ["query"] = "q", ["count"] = 3 }).GetAwaiter().GetResult());

        Assert.Equal(BestThree, Assert.IsType<List<string>>(filtered));
        Assert.Equal(BestThree, Assert.IsType<List<RetrievedPassage>>(found).Select(p => p.Text));
    }

    private static object? RunOnOneThread(SynchronizationContext? context, Func<object?> work)
    {
        object? value = null;
        Exception? failure = null;
        var thread = new Thread(() =>
        {
            SynchronizationContext.SetSynchronizationContext(context);
            failure = Record.Exception(() => { value = work(); });
        })
        { IsBackground = true };
        thread.Start();
        Assert.True(thread.Join(TimeSpan.FromSeconds(20)), "The call waits for the thread that waits for it: somewhere ConfigureAwait(false) is missing.");
        Assert.Null(failure);
        return value;
    }

    private static async Task<string> Render(Kernel kernel, string template) =>
        await new KernelPromptTemplateFactory().Create(new PromptTemplateConfig(template)).RenderAsync(kernel, new() { ["q"] = "q" });

    private static Dictionary<string, object?> Arguments() => new() { ["query"] = "q", ["count"] = 3 };

    private VectorStoreTextSearch<Note> PlainSearch() => new(_notes);

    private RerankingTextSearch<Note> DecoratedSearch() => new(PlainSearch(), _reranker);

    private Kernel FilteredKernel()
    {
        var builder = Kernel.CreateBuilder().AddRerankingFilter();
        builder.Services.AddSingleton<IReranker>(_reranker);
        return builder.Build();
    }

    private void AssertOneWideSearch()
    {
        Assert.Equal(20, Assert.Single(_notes.Searches).Top);
        Assert.Equal(20, Assert.Single(_reranker.Calls).Documents.Count);
    }

    /// <summary>Never runs what is posted: code that comes back to it hangs for ever.</summary>
    private sealed class DeafContext : SynchronizationContext
    {
        public override void Post(SendOrPostCallback d, object? state)
        {
        }
    }
}
