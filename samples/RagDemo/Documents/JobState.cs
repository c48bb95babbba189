using System.Text.Json.Serialization;
using LocalRag.Plugins.Ingestion;

namespace RagDemo.Documents;

/// <summary>How far a run of indexing is.</summary>
internal sealed record JobState(
    string Id, string Stage, string? File, int Done, int Total, string? Error, int Added, int Changed, int Removed, int Unchanged, IReadOnlyList<FileNotice> Failed)
{
    [JsonIgnore]
    public bool IsComplete => Stage is "done" or "failed" or "stopped";
}
