using Microsoft.Extensions.VectorData;

namespace LocalRag.Cli.Documents;

/// <summary>How a store file was made, kept in the file itself: questions must be embedded by the model of the documents.</summary>
internal sealed class StoreSettings
{
    public const string Collection = "settings";
    public const string Key = "ingest";

    [VectorStoreKey]
    public string Id { get; set; } = Key;

    [VectorStoreData]
    public string Model { get; set; } = "";
}
