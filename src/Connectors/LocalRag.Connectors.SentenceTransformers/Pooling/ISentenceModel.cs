using LocalRag.Connectors.SentenceTransformers.Tokenization;

namespace LocalRag.Connectors.SentenceTransformers.Pooling;

/// <summary>Tokens in, one vector per row out. Implementations allow concurrent calls.</summary>
internal interface ISentenceModel : IDisposable
{
    /// <summary>Components of a vector.</summary>
    int Width { get; }

    bool IsGpu { get; }

    TextEncoding Tokenize(string text);

    /// <summary>Writes the vectors of all rows, one after another.</summary>
    /// <param name="batch">The tokens.</param>
    /// <param name="skippedTokens">How many tokens at the start of each row do not count: a prompt that the model leaves out.</param>
    /// <param name="vectors">Receives row count × <see cref="Width"/> components.</param>
    /// <param name="cancellationToken">Stops a running graph.</param>
    void Embed(TokenBatch batch, int skippedTokens, Span<float> vectors, CancellationToken cancellationToken);
}
