using System.Linq.Expressions;
using LocalRag.Plugins.Retrieval;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.VectorData;

namespace LocalRag.Plugins.Ingestion.Tests.Indexing;

/// <summary>A collection that embeds what it is given, as every collection does, and keeps nothing.</summary>
internal sealed class DiscardedPassages(IEmbeddingGenerator<string, Embedding<float>> generator, Action written) : VectorStoreCollection<string, Passage>
{
    public override string Name => "discarded";

    public int Count { get; private set; }

    public override async Task UpsertAsync(IEnumerable<Passage> records, CancellationToken cancellationToken = default)
    {
        Count += (await generator.GenerateAsync(records.Select(r => r.Embedding), cancellationToken: cancellationToken)).Count;
        written();
    }

    public override Task UpsertAsync(Passage record, CancellationToken cancellationToken = default) => UpsertAsync([record], cancellationToken);

    public override Task<bool> CollectionExistsAsync(CancellationToken cancellationToken = default) => Task.FromResult(true);

    public override Task EnsureCollectionExistsAsync(CancellationToken cancellationToken = default) => Task.CompletedTask;

    public override Task EnsureCollectionDeletedAsync(CancellationToken cancellationToken = default) => Task.CompletedTask;

    public override Task DeleteAsync(string key, CancellationToken cancellationToken = default) => Task.CompletedTask;

    public override Task<Passage?> GetAsync(string key, RecordRetrievalOptions? options = null, CancellationToken cancellationToken = default) => Task.FromResult<Passage?>(null);

    public override IAsyncEnumerable<Passage> GetAsync(
        Expression<Func<Passage, bool>> filter, int top, FilteredRecordRetrievalOptions<Passage>? options = null, CancellationToken cancellationToken = default) =>
        throw new NotSupportedException();

    public override IAsyncEnumerable<VectorSearchResult<Passage>> SearchAsync<TInput>(
        TInput searchValue, int top, VectorSearchOptions<Passage>? options = null, CancellationToken cancellationToken = default) =>
        throw new NotSupportedException();

    public override object? GetService(Type serviceType, object? serviceKey = null) => null;
}
