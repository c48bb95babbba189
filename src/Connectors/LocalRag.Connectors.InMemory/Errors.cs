using Microsoft.Extensions.VectorData;

namespace LocalRag.Connectors.InMemory;

/// <summary>Messages that are used in more than one place.</summary>
internal static class Errors
{
    public const string SystemName = "localrag.inmemory";

    public static VectorStoreException CollectionMissing(string name) =>
        new($"Collection '{name}' does not exist. Call EnsureCollectionExistsAsync before writing to it or searching it.")
        {
            VectorStoreSystemName = SystemName,
            CollectionName = name,
        };

    public static ArgumentException WrongDimensions(string collection, int expected, string what, int found) => new(
        $"Collection '{collection}' stores {expected}-dimensional vectors but {what} has {found}. Use the same model for indexing and querying.");

    public static InvalidOperationException WrongSpace(string collection, string property, string stored, string found) => new(
        $"Collection '{collection}' holds vectors of space '{stored}' in '{property}', but this call brings vectors of space '{found}'. " +
        "Vectors of two models cannot be compared: use the model that made the collection, or build the collection anew.");
}
