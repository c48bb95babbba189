namespace RagDemo.Web.Endpoints;

/// <summary>What a search compares.</summary>
internal enum SearchMode
{
    /// <summary>Vectors and keywords, fused.</summary>
    Hybrid,

    /// <summary>Vectors alone.</summary>
    Vector,

    /// <summary>Keywords alone.</summary>
    Keyword,
}
