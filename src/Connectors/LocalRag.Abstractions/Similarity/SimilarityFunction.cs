namespace LocalRag;

/// <summary>The four similarities that sentence-transformers models name in <c>similarity_fn_name</c>; higher always means closer.</summary>
public enum SimilarityFunction
{
    /// <summary>The cosine of the angle, -1 to 1; 0 where a vector is zero.</summary>
    Cosine,

    /// <summary>The inner product.</summary>
    Dot,

    /// <summary>The Euclidean distance, negated.</summary>
    Euclidean,

    /// <summary>The Manhattan (L1) distance, negated.</summary>
    Manhattan,
}
