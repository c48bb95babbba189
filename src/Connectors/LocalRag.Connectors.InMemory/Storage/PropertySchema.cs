namespace LocalRag.Connectors.InMemory;

/// <summary>One key or data property as stored.</summary>
/// <param name="Name">The storage name.</param>
/// <param name="Type">The CLR type that the creator of the collection declared.</param>
/// <param name="IsIndexed">Equality and range filters use an index.</param>
/// <param name="IsFullTextIndexed">Keyword search may use it.</param>
internal sealed record PropertySchema(string Name, Type Type, bool IsIndexed, bool IsFullTextIndexed);

/// <summary>One vector property as stored.</summary>
/// <param name="Name">The storage name.</param>
/// <param name="Element">float, Half, sbyte, byte or bool (binary).</param>
/// <param name="Dimensions">The length of every vector.</param>
/// <param name="DistanceFunction">A name of <c>Microsoft.Extensions.VectorData.DistanceFunction</c>; null for the default, cosine similarity.</param>
internal sealed record VectorSchema(string Name, Type Element, int Dimensions, string? DistanceFunction);

/// <summary>What a collection stores, whatever record types it is opened with.</summary>
internal sealed record CollectionSchema(PropertySchema Key, PropertySchema[] Data, VectorSchema[] Vectors)
{
    public int IndexOfData(string name) => Array.FindIndex(Data, p => p.Name == name);

    public int IndexOfVector(string name) => Array.FindIndex(Vectors, p => p.Name == name);
}
