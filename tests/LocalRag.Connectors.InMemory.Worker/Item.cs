using Microsoft.Extensions.VectorData;

namespace LocalRag.Connectors.InMemory.Worker;

/// <summary>A record that says in every part which version it is of.</summary>
public sealed class Item
{
    public const int Dimensions = 256;

    [VectorStoreKey]
    public int Id { get; set; }

    [VectorStoreData]
    public int Version { get; set; }

    [VectorStoreVector(Dimensions)]
    public ReadOnlyMemory<float> Vector { get; set; }

    public static Item Create(int id, int version)
    {
        var vector = new float[Dimensions];
        for (var i = 0; i < vector.Length; i++)
            vector[i] = version + (id * 31 + i) % 17;
        return new Item { Id = id, Version = version, Vector = vector };
    }

    /// <summary>Every part is of the version that the record names.</summary>
    public bool IsWhole() => Create(Id, Version).Vector.Span.SequenceEqual(Vector.Span);
}
