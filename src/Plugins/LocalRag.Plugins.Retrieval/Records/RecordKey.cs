using System.Reflection;
using Microsoft.Extensions.VectorData;

namespace LocalRag.Plugins.Retrieval;

/// <summary>Finds what tells the records of a type apart.</summary>
internal static class RecordKey
{
    /// <summary>The reader of the key property.</summary>
    /// <exception cref="InvalidOperationException">The type marks no property as key.</exception>
    public static Func<TRecord, object> For<TRecord>()
        where TRecord : class
    {
        if (typeof(TRecord) == typeof(Passage))
        {
            return static record => ((Passage)(object)record).Id;
        }

        var property = typeof(TRecord).GetProperties(BindingFlags.Public | BindingFlags.Instance).FirstOrDefault(p => p.IsDefined(typeof(VectorStoreKeyAttribute)))
            ?? throw new InvalidOperationException(
                $"Lists of hits can only be put together when records have a key, but type '{typeof(TRecord).Name}' marks no property as one. " +
                "Mark it with [VectorStoreKey], or set KeySelector.");
        return record => property.GetValue(record) ?? throw new InvalidOperationException($"A record of type '{typeof(TRecord).Name}' was found whose key '{property.Name}' is null.");
    }
}
