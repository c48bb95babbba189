using LocalRag.Connectors.SentenceTransformers.ModelDirectory;
using LocalRag.Training.Data;
using LocalRag.Training.Encoder;
using LocalRag.Training.Losses;

namespace LocalRag.Training.Fitting;

/// <summary>A model opened for training: where it comes from, and what the steps work on.</summary>
internal sealed record Trainee<TNetwork>(ModelManifest Source, TNetwork Network, TokenCollator Collator, LossFunction Loss)
    where TNetwork : ITrainableNetwork;
