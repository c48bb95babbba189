using System.CommandLine;
using LocalRag.Connectors.SentenceTransformers;
using LocalRag.Models.Mini;

namespace LocalRag.Cli.Models;

/// <summary>The MODEL argument: <c>mini</c>, a directory, or a hub name.</summary>
internal static class ModelArgument
{
    public static Argument<string> Create() => new("MODEL") { Description = "'mini' (the embedded model), a model directory, or a hub name such as owner/name." };

    public static Task<BiEncoder> LoadBiEncoderAsync(string model, BiEncoderOptions? options, CancellationToken cancellationToken) =>
        BiEncoder.LoadAsync(model == MiniModels.Name ? MiniModels.BiEncoderDirectory : model, options, cancellationToken);

    public static Task<CrossEncoder> LoadCrossEncoderAsync(string model, CrossEncoderOptions? options, CancellationToken cancellationToken) =>
        CrossEncoder.LoadAsync(model == MiniModels.Name ? MiniModels.CrossEncoderDirectory : model, options, cancellationToken);
}
