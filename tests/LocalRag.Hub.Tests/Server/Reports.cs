using LocalRag.Connectors.SentenceTransformers.Hub;

namespace LocalRag.Hub.Tests.Server;

/// <summary>Progress kept in the order of its arrival, on the thread that reports it.</summary>
internal sealed class Reports : IProgress<HubProgress>
{
    public List<HubProgress> All { get; } = [];

    public Action<HubProgress>? OnReport { get; init; }

    public void Report(HubProgress value)
    {
        All.Add(value);
        OnReport?.Invoke(value);
    }
}
