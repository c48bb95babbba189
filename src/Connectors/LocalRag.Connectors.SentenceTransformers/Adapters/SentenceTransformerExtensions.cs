using LocalRag.Connectors.SentenceTransformers.Adapters;
using Microsoft.Extensions.AI;

namespace LocalRag.Connectors.SentenceTransformers;

/// <summary>Puts models behind the interfaces that applications are written against.</summary>
public static class SentenceTransformerExtensions
{
    /// <summary>The model as an embedding generator for passages or for questions. Both are cheap and share the model.</summary>
    /// <param name="encoder">The model. It is not disposed with the generator.</param>
    /// <param name="role">What the texts are, which decides the prompt.</param>
    /// <returns>
    /// A generator that is safe for concurrent calls and is an <c>ITextEmbeddingGenerationService</c> too. <c>GetService</c> answers
    /// <see cref="EmbeddingGeneratorMetadata"/>, <see cref="VectorSpace"/> and <see cref="BiEncoder"/>. A call may set <c>Dimensions</c> and, among the
    /// additional properties, <c>prompt</c> or <c>prompt_name</c>; an embedding of a truncated text has the additional property <c>truncated</c>.
    /// </returns>
    /// <exception cref="ArgumentNullException"><paramref name="encoder"/> is null.</exception>
    public static IEmbeddingGenerator<string, Embedding<float>> AsEmbeddingGenerator(this BiEncoder encoder, EmbeddingRole role = EmbeddingRole.Document)
    {
        ArgumentNullException.ThrowIfNull(encoder);
        return new BiEncoderGenerator(encoder, encoder.PromptNameOf(role));
    }

    /// <summary>The model as a reranker.</summary>
    /// <param name="encoder">The model, with one label. It is not disposed with the reranker.</param>
    /// <returns>A reranker that is safe for concurrent calls. <c>GetService</c> answers <see cref="RerankerMetadata"/> and <see cref="CrossEncoder"/>.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="encoder"/> is null.</exception>
    /// <exception cref="InvalidOperationException">The model has several labels.</exception>
    public static IReranker AsReranker(this CrossEncoder encoder)
    {
        ArgumentNullException.ThrowIfNull(encoder);
        return new CrossEncoderReranker(encoder);
    }
}
