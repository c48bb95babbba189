using LocalRag.Connectors.SentenceTransformers.Pooling;

namespace LocalRag.Connectors.SentenceTransformers.ModelDirectory;

/// <summary>One entry of modules.json with its own configuration.</summary>
/// <param name="Name">Its class and folder, for messages.</param>
internal abstract record ModuleConfig(string Name);

/// <summary>The network itself: what the ONNX graph holds.</summary>
/// <param name="Name">Its class and folder, for messages.</param>
/// <param name="Directory">Where its configuration, tokenizer and graph lie: the root, or <c>0_Transformer</c> in old models.</param>
internal sealed record TransformerConfig(string Name, string Directory) : ModuleConfig(Name);

/// <summary>Token vectors to one vector: the modes are concatenated in this order.</summary>
internal sealed record PoolingConfig(string Name, IReadOnlyList<PoolingMode> Modes, bool IncludePrompt, int? Width) : ModuleConfig(Name);

/// <summary>A linear layer with an activation.</summary>
internal sealed record DenseConfig(string Name, string Directory, int InputWidth, int OutputWidth, bool HasBias, ActivationFunction Activation) : ModuleConfig(Name);

/// <summary>Layer normalisation with learned scale and shift.</summary>
internal sealed record LayerNormConfig(string Name, string Directory, int Width) : ModuleConfig(Name);

/// <summary>Scales to length 1.</summary>
internal sealed record NormalizeConfig(string Name) : ModuleConfig(Name);

/// <summary>A table of token vectors, averaged: no network.</summary>
internal sealed record StaticEmbeddingConfig(string Name, string Directory) : ModuleConfig(Name);
