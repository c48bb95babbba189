using System.CommandLine;
using LocalRag.Connectors.SentenceTransformers;
using LocalRag.Connectors.SentenceTransformers.Hub;
using LocalRag.Models.Mini;

namespace LocalRag.Cli.Models;

/// <summary>The MODEL argument: <c>mini</c>, a directory, or a hub name.</summary>
internal static class ModelArgument
{
    public const string Meaning = "'mini' (the embedded model), a model directory, or a hub name (owner/name[@revision])";

    public static Argument<string> Create()
    {
        var argument = new Argument<string>("MODEL") { Description = Meaning + "." };
        // A mistyped option in front of the model would otherwise be looked for on the hub.
        argument.Validators.Add(result =>
        {
            if (result.Tokens is [var token, ..] && token.Value.StartsWith('-'))
                result.AddError($"Unrecognized option '{token.Value}'.");
        });
        return argument;
    }

    /// <summary>The <c>--file</c> option: which ONNX file of a model directory runs.</summary>
    public static Option<string?> CreateFileOption() => new("--file")
    {
        Description = "ONNX file inside the model directory, such as onnx/model_qint8.onnx, or 'fastest' for the one that suits this processor best. Default: onnx/model.onnx, then model.onnx, then the only one there is.",
        HelpName = "FILE",
    };

    /// <summary>The directory of a model, after a download where one is needed.</summary>
    public static async Task<string> ResolveAsync(string model, ModelKind kind, string? file, ToolStreams streams, CancellationToken cancellationToken)
    {
        if (model == MiniModels.Name)
            return kind == ModelKind.CrossEncoder ? MiniModels.CrossEncoderDirectory : MiniModels.BiEncoderDirectory;
        using var progress = new DownloadProgress(streams);
        return await ModelLocator.ResolveAsync(model, hub: null, new() { OnnxFile = file }, kind, progress, cancellationToken).ConfigureAwait(false);
    }

    public static async Task<BiEncoder> LoadBiEncoderAsync(string model, BiEncoderOptions options, ToolStreams streams, CancellationToken cancellationToken)
    {
        var directory = await ResolveAsync(model, ModelKind.BiEncoder, options.OnnxFile, streams, cancellationToken).ConfigureAwait(false);
        return await BiEncoder.LoadAsync(directory, options, cancellationToken).ConfigureAwait(false);
    }

    public static async Task<CrossEncoder> LoadCrossEncoderAsync(string model, CrossEncoderOptions options, ToolStreams streams, CancellationToken cancellationToken)
    {
        var directory = await ResolveAsync(model, ModelKind.CrossEncoder, options.OnnxFile, streams, cancellationToken).ConfigureAwait(false);
        return await CrossEncoder.LoadAsync(directory, options, cancellationToken).ConfigureAwait(false);
    }
}
