using System.Runtime.CompilerServices;
using LocalRag.Plugins.Retrieval.Answering;
using Microsoft.Extensions.VectorData;

namespace LocalRag.Plugins.Retrieval.Tests;

/// <summary>A collection that finds its passages in the order in which they were written down.</summary>
public sealed class ScriptedPassages(params Passage[] passages) : IVectorSearchable<Passage>
{
    public List<string> Queries { get; } = [];

    public static Passage Of(string id, string text, int start = 0) =>
        new() { Id = id, DocumentId = id + ".md", Title = id, Text = text, Start = start, End = start + text.Length };

    public DocumentAnswerer Answerer(IReranker? reranker, AnswerOptions? options = null, Microsoft.SemanticKernel.ChatCompletion.IChatCompletionService? chat = null) =>
        new(new Retriever<Passage>(this, reranker), reranker, chat, options);

    public async IAsyncEnumerable<VectorSearchResult<Passage>> SearchAsync<TInput>(
        TInput searchValue, int top, VectorSearchOptions<Passage>? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
        where TInput : notnull
    {
        Queries.Add(searchValue.ToString()!);
        await Task.Yield();
        var matching = options?.Filter is { } filter ? passages.Where(filter.Compile()) : passages;
        foreach (var passage in matching.Take(top))
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return new VectorSearchResult<Passage>(passage, 0.5);
        }
    }

    public object? GetService(Type serviceType, object? serviceKey = null) => serviceType.IsInstanceOfType(this) ? this : null;
}
