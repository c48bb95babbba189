namespace LocalRag.Plugins.Retrieval;

/// <summary>What happens when a reranker throws, takes too long or returns nonsense.</summary>
public enum RerankFailureMode
{
    /// <summary>The exception reaches the caller: the default, since a wrong set-up should show at once.</summary>
    Throw,

    /// <summary>A warning is logged and the order of the first search stands.</summary>
    KeepOrder,
}
