using System.Runtime.CompilerServices;
using Microsoft.Extensions.VectorData;

namespace LocalRag.Plugins.Retrieval.Tests;

/// <summary>A collection with a vector list and a keyword list that tests write down, both by note ids.</summary>
public sealed class KeywordNotes(IReadOnlyList<Note> vectorOrder, IReadOnlyList<Note> keywordOrder) : IVectorSearchable<Note>, IKeywordSearchable<Note>
{
    public List<string> Queries { get; } = [];

    public List<ICollection<string>> Keywords { get; } = [];

    public async IAsyncEnumerable<VectorSearchResult<Note>> SearchAsync<TInput>(
        TInput searchValue, int top, VectorSearchOptions<Note>? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
        where TInput : notnull
    {
        Queries.Add(searchValue.ToString()!);
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        foreach (var note in vectorOrder.Take(top))
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return new VectorSearchResult<Note>(note, 0.9);
        }
    }

    public async IAsyncEnumerable<VectorSearchResult<Note>> KeywordSearchAsync(
        ICollection<string> keywords, int top, HybridSearchOptions<Note>? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        Keywords.Add(keywords);
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        foreach (var note in keywordOrder.Take(top))
        {
            yield return new VectorSearchResult<Note>(note, 7.5);
        }
    }

    public object? GetService(Type serviceType, object? serviceKey = null) => serviceType.IsInstanceOfType(this) ? this : null;
}
