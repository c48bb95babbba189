using Microsoft.Extensions.VectorData;

namespace LocalRag.Plugins.Retrieval;

/// <summary>Fetches the pieces before and behind each hit.</summary>
internal sealed class NeighbourSearch<TRecord>(IVectorSearchable<TRecord> collection, Func<TRecord, int, CancellationToken, Task<IReadOnlyList<TRecord>>>? source)
    where TRecord : class
{
    private readonly Func<TRecord, int, CancellationToken, Task<IReadOnlyList<TRecord>>>? _source = source ?? PassageSource(collection);

    public async Task FetchAsync(IReadOnlyList<RetrievalHit<TRecord>> hits, int distance, CancellationToken cancellationToken)
    {
        if (_source is null)
        {
            throw new InvalidOperationException(
                $"Neighbours were asked for, but can be found by themselves only for {nameof(Passage)} records in a VectorStoreCollection, " +
                $"and this retriever searches '{typeof(TRecord).Name}' records in a {collection.GetType().Name}. Set NeighbourSource, or set Neighbours to 0.");
        }

        foreach (var hit in hits)
        {
            hit.Neighbours = await _source(hit.Record, distance, cancellationToken).ConfigureAwait(false);
        }
    }

    private static Func<TRecord, int, CancellationToken, Task<IReadOnlyList<TRecord>>>? PassageSource(IVectorSearchable<TRecord> collection)
    {
        var passages = collection as VectorStoreCollection<string, Passage> ?? collection.GetService(typeof(VectorStoreCollection<string, Passage>)) as VectorStoreCollection<string, Passage>;
        return passages is null ? null : async (record, distance, cancellationToken) =>
        {
            var passage = (Passage)(object)record;
            string document = passage.DocumentId;
            int ordinal = passage.Ordinal, first = ordinal - distance, last = ordinal + distance;
            var found = new List<Passage>();
            await foreach (var neighbour in passages
                .GetAsync(p => p.DocumentId == document && p.Ordinal >= first && p.Ordinal <= last && p.Ordinal != ordinal, 2 * distance, options: null, cancellationToken)
                .ConfigureAwait(false))
            {
                found.Add(neighbour);
            }

            return [.. found.OrderBy(p => p.Ordinal).Select(p => (TRecord)(object)p)];
        };
    }
}
