using System.Collections.Concurrent;
using System.Numerics.Tensors;
using Microsoft.Extensions.VectorData;

namespace LocalRag.Benchmarks.Search;

/// <summary>A model of the in-memory connector that Semantic Kernel applications usually start with.</summary>
/// <remarks>
/// A search takes the steps that it takes there, in the same order and by the same means: a concurrent dictionary of boxed
/// keys and boxed wrappers, whose values are copied out first; per row, the record unwrapped, its vector read by reflection
/// and so boxed, the metric found by its name, once to compare and once to make a score of what was compared, and a cosine
/// that measures both vectors anew; rows without a vector dropped as nulls; the rest ordered, paged and made into results.
/// What is left out, filters, score thresholds and generated vectors among it, costs such a search next to nothing.
/// </remarks>
/// <param name="vectorProperty">The name of the property that holds a record's vector, a <see cref="ReadOnlyMemory{T}"/>.</param>
/// <param name="distanceFunction">The name of the metric, a similarity among <see cref="DistanceFunction"/>.</param>
internal sealed class LinqStore<TRecord>(string vectorProperty, string distanceFunction)
    where TRecord : class
{
    private readonly ConcurrentDictionary<object, object> _rows = new();
    private readonly Func<object, object?> _readVector = typeof(TRecord).GetProperty(vectorProperty)!.GetValue;

    public void Upsert(object key, TRecord record) => _rows[key] = new Wrapper(record);

    public IEnumerable<VectorSearchResult<TRecord>> Search(ReadOnlyMemory<float> query, int top, int skip = 0) =>
        _rows.Values
            .Cast<Wrapper>()
            .Select(row => Score(row, query))
            .Where(found => found.HasValue)
            .Select(found => found!.Value)
            .OrderByDescending(found => found.Score)
            .Skip(skip)
            .Take(top)
            .Select(found => new VectorSearchResult<TRecord>(found.Record, found.Score));

    private (TRecord Record, float Score)? Score(Wrapper row, ReadOnlyMemory<float> query) =>
        _readVector(row.Record) is ReadOnlyMemory<float> vector
            ? (row.Record, ToScore(Compare(query.Span, vector.Span, distanceFunction), distanceFunction))
            : null;

    private static float Compare(ReadOnlySpan<float> left, ReadOnlySpan<float> right, string distanceFunction) => distanceFunction switch
    {
        DistanceFunction.CosineSimilarity or DistanceFunction.CosineDistance => TensorPrimitives.CosineSimilarity(left, right),
        DistanceFunction.DotProductSimilarity => TensorPrimitives.Dot(left, right),
        DistanceFunction.EuclideanDistance => TensorPrimitives.Distance(left, right),
        _ => throw new NotSupportedException(distanceFunction),
    };

    private static float ToScore(float compared, string distanceFunction) => distanceFunction switch
    {
        DistanceFunction.CosineDistance => 1 - compared,
        DistanceFunction.CosineSimilarity or DistanceFunction.DotProductSimilarity or DistanceFunction.EuclideanDistance => compared,
        _ => throw new NotSupportedException(distanceFunction),
    };

    /// <summary>A record, and beside it the vectors that a generator made for it; here there are none.</summary>
    private readonly struct Wrapper(TRecord record)
    {
        public TRecord Record { get; } = record;

        public Dictionary<string, ReadOnlyMemory<float>> GeneratedVectors { get; } = [];
    }
}
