using System.Runtime.CompilerServices;
using Microsoft.Extensions.VectorData;

namespace LocalRag.Plugins.Retrieval.Tests;

/// <summary>Passages that every search finds, in their order.</summary>
public sealed class ListedPassages(params IReadOnlyList<Passage> passages) : IVectorSearchable<Passage>
{
    public async IAsyncEnumerable<VectorSearchResult<Passage>> SearchAsync<TInput>(
        TInput searchValue, int top, VectorSearchOptions<Passage>? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
        where TInput : notnull
    {
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        foreach (var passage in passages.Where(options?.Filter?.Compile() ?? (_ => true)).Take(top))
        {
            yield return new VectorSearchResult<Passage>(passage, 0.5);
        }
    }

    public object? GetService(Type serviceType, object? serviceKey = null) => null;
}
