using System.CommandLine;
using LocalRag.Cli.Models;
using LocalRag.Connectors.SentenceTransformers.Hub;

namespace LocalRag.Cli.Commands;

/// <summary><c>localrag download OWNER/NAME</c>: brings a model of the hub into the cache.</summary>
internal static class DownloadCommand
{
    public static Command Create(ToolStreams streams) => Create(streams, static () => new HuggingFaceHub());

    /// <summary>The command over the hub of a test.</summary>
    public static Command Create(ToolStreams streams, Func<HuggingFaceHub> hub)
    {
        var name = new Argument<string>("OWNER/NAME") { Description = "The model's name on the hub, with or without @revision." };
        var revision = new Option<string?>("--revision") { Description = "Branch, tag or commit. Default: main.", HelpName = "R" };
        var file = new Option<string?>("--file") { Description = "An ONNX file: take the model with this one instead of onnx/model.onnx ('fastest': the one that suits this processor best). Any other file: download it alone.", HelpName = "F" };
        var command = new Command("download", "Downloads what a model of the Hugging Face hub needs to run here (ONNX file, tokenizer, configuration) into the cache that Python uses too, and prints its directory. What is cached is not downloaded again.") { name, revision, file };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var model = parsed.GetRequiredValue(name);
            var wanted = parsed.GetValue(file);
            var options = new HubDownloadOptions { Revision = parsed.GetValue(revision) };
            string path;
            using (var progress = new DownloadProgress(streams))
            {
                if (wanted is null or "fastest" || wanted.EndsWith(".onnx", StringComparison.OrdinalIgnoreCase))
                {
                    options.OnnxFile = wanted;
                    path = await hub().DownloadAsync(model, KindOf(model), options, progress, cancellationToken).ConfigureAwait(false);
                }
                else
                {
                    path = await hub().DownloadFileAsync(model, wanted, options, progress, cancellationToken).ConfigureAwait(false);
                }
            }

            await streams.WriteLineAsync(path, cancellationToken).ConfigureAwait(false);
            return 0;
        });
        return command;
    }

    // Only decides which class the export command names when there is no ONNX file.
    private static ModelKind KindOf(string model) =>
        model.StartsWith("cross-encoder/", StringComparison.Ordinal) || model.Contains("rerank", StringComparison.OrdinalIgnoreCase) ? ModelKind.CrossEncoder : ModelKind.BiEncoder;
}
