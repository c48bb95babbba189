namespace LocalRag.Plugins.Retrieval;

/// <summary>Tells the layers below that somebody above reranks already, so that filter, decorators and pipelines can be stacked without reranking twice.</summary>
/// <remarks>The outermost layer wins: it knows how many results are wanted in the end. The mark flows with the asynchronous call.</remarks>
internal readonly struct RerankScope : IDisposable
{
    private static readonly AsyncLocal<bool> Above = new();
    private readonly bool _before;

    private RerankScope(bool before) => _before = before;

    /// <summary>Whether a layer above this call reranks.</summary>
    public static bool IsInside => Above.Value;

    public static RerankScope Enter()
    {
        var scope = new RerankScope(Above.Value);
        Above.Value = true;
        return scope;
    }

    public void Dispose() => Above.Value = _before;
}
