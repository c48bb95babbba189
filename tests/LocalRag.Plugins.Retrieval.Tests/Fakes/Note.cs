using Microsoft.Extensions.VectorData;
using Microsoft.SemanticKernel.Data;

namespace LocalRag.Plugins.Retrieval.Tests;

public sealed class Note
{
    [VectorStoreKey]
    public string Id { get; set; } = "";

    [VectorStoreData(IsFullTextIndexed = true)]
    [TextSearchResultValue]
    public string Text { get; set; } = "";

    [VectorStoreData]
    [TextSearchResultName]
    public string Name { get; set; } = "";

    [VectorStoreVector(4)]
    public ReadOnlyMemory<float> Vector { get; set; }
}
