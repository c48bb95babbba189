namespace LocalRag.Training.Encoder;

/// <summary>The four architectures differ in names, positions and head; the post-norm transformer itself is one.</summary>
/// <param name="Name">For messages and class names: <c>Bert</c> gives <c>BertForSequenceClassification</c>.</param>
/// <param name="Prefix">What stands before the encoder's names in a classifier's file.</param>
internal sealed record EncoderLayout(
    string Name,
    string Prefix,
    string LayerPrefix,
    string Query,
    string Key,
    string Value,
    string AttentionOutput,
    string AttentionNorm,
    string Intermediate,
    string Output,
    string OutputNorm)
{
    /// <summary>Token type embeddings are added.</summary>
    public bool HasTokenTypes { get; init; }

    /// <summary>Positions count attended tokens and start behind the padding id, as fairseq's do.</summary>
    public bool OffsetPositions { get; init; }

    /// <summary>One table of relative position biases, shared by all layers.</summary>
    public bool HasRelativeBias { get; init; }

    /// <summary>The names of the classification head, first dense layer before output layer.</summary>
    public required ClassificationHeadLayout Head { get; init; }

    public static EncoderLayout Bert { get; } = new(
        "Bert", "bert.", "encoder.layer.", "attention.self.query", "attention.self.key", "attention.self.value",
        "attention.output.dense", "attention.output.LayerNorm", "intermediate.dense", "output.dense", "output.LayerNorm")
    {
        HasTokenTypes = true,
        Head = new("pooler.dense", "classifier", HeadActivation.Tanh, DropoutFirst: false) { DenseIsEncoders = true },
    };

    public static EncoderLayout Roberta { get; } = Bert with
    {
        Name = "Roberta",
        Prefix = "roberta.",
        OffsetPositions = true,
        Head = new("classifier.dense", "classifier.out_proj", HeadActivation.Tanh, DropoutFirst: true),
    };

    public static EncoderLayout XlmRoberta { get; } = Roberta with { Name = "XLMRoberta" };

    public static EncoderLayout DistilBert { get; } = new(
        "DistilBert", "distilbert.", "transformer.layer.", "attention.q_lin", "attention.k_lin", "attention.v_lin",
        "attention.out_lin", "sa_layer_norm", "ffn.lin1", "ffn.lin2", "output_layer_norm")
    {
        Head = new("pre_classifier", "classifier", HeadActivation.Relu, DropoutFirst: false),
    };

    public static EncoderLayout MPNet { get; } = new(
        "MPNet", "mpnet.", "encoder.layer.", "attention.attn.q", "attention.attn.k", "attention.attn.v",
        "attention.attn.o", "attention.LayerNorm", "intermediate.dense", "output.dense", "output.LayerNorm")
    {
        OffsetPositions = true,
        HasRelativeBias = true,
        Head = new("classifier.dense", "classifier.out_proj", HeadActivation.Tanh, DropoutFirst: true),
    };

    /// <summary>The layout of config.json's <c>model_type</c>; null where it is none of the supported ones.</summary>
    public static EncoderLayout? ForModelType(string modelType) => modelType switch
    {
        "bert" => Bert,
        "roberta" => Roberta,
        "xlm-roberta" => XlmRoberta,
        "distilbert" => DistilBert,
        "mpnet" => MPNet,
        _ => null,
    };
}
