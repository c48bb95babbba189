using LocalRag.Connectors.SentenceTransformers.Saving;

namespace LocalRag.Connectors.SentenceTransformers;

public sealed partial class BiEncoder
{
    /// <summary>Encodes texts into vectors of one byte or one bit per component.</summary>
    /// <param name="texts">The texts; may be empty.</param>
    /// <param name="precision">What a code is.</param>
    /// <param name="ranges">The range of every component, for the two byte precisions; null takes those of these very texts, which makes codes of two calls incomparable.</param>
    /// <param name="options">Prompt, dimensions and more; null for the defaults.</param>
    /// <param name="cancellationToken">Looked at between batches; stops a running graph too.</param>
    /// <returns>The codes, in the order of the texts.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="texts"/> is null.</exception>
    /// <exception cref="ArgumentException">A text is null, the prompt's name is unknown, or the ranges are of other vectors; the message names it.</exception>
    public QuantizedEmbeddings EncodeQuantized(
        IReadOnlyList<string> texts, EmbeddingPrecision precision, EmbeddingRanges? ranges = null, EncodeOptions? options = null, CancellationToken cancellationToken = default) =>
        EmbeddingQuantizer.Quantize(Encode(texts, options, cancellationToken), precision, ranges);

    /// <summary>Writes the model as a directory that loads again, here and in Python, with prompts and length as they are now.</summary>
    /// <param name="directory">Where to; made where it does not exist, and existing files of the same names are replaced.</param>
    /// <exception cref="ArgumentException"><paramref name="directory"/> is empty, or the directory that the model was loaded from.</exception>
    public void Save(string directory)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(directory);
        ObjectDisposedException.ThrowIf(_disposed, this);
        ModelSaver.CopyFiles(_manifest.Directory, directory, _onnxPath);
        ModelSaver.Update(Path.Combine(directory, "config_sentence_transformers.json"), json =>
        {
            json["model_type"] = "SentenceTransformer";
            json["prompts"] = ModelSaver.ToJson(_prompts.All);
            json["default_prompt_name"] = _prompts.DefaultName;
            json["similarity_fn_name"] = SimilarityFunction switch
            {
                SimilarityFunction.Dot => "dot",
                SimilarityFunction.Euclidean => "euclidean",
                SimilarityFunction.Manhattan => "manhattan",
                _ => "cosine",
            };
            if (Dimensions < _model.Width)
                json["truncate_dim"] = Dimensions;
        });
        if (_options.MaxTokens is { } length && _onnxPath is not null)
            ModelSaver.Update(Path.Combine(directory, _manifest.NetworkFolder, "sentence_bert_config.json"), json => json["max_seq_length"] = length);
    }
}
