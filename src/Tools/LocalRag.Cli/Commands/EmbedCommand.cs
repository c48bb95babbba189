using System.CommandLine;
using LocalRag.Cli.Lines;
using LocalRag.Cli.Models;
using LocalRag.Connectors.SentenceTransformers;

namespace LocalRag.Cli.Commands;

/// <summary><c>localrag embed MODEL</c>: texts to vectors.</summary>
internal static class EmbedCommand
{
    public static Command Create(ToolStreams streams)
    {
        var model = ModelArgument.Create();
        var promptName = new Option<string?>("--prompt-name") { Description = "One of the model's own prompts, such as query or document; it is put before every text. Default: the model's default prompt, if it has one.", HelpName = "NAME" };
        var prompt = new Option<string?>("--prompt") { Description = "A text that is put before every text.", HelpName = "TEXT" };
        var dimensions = NumberOption.Create("--dimensions", least: 1, "How many components to keep of every vector, 1 or more (Matryoshka). They are scaled to length 1 again where the model normalises.");
        var file = ModelArgument.CreateFileOption();
        var command = new Command("embed", "Turns texts into vectors with a bi-encoder. Reads {\"text\"} lines, writes {\"embedding\": […]} lines.") { model, promptName, prompt, dimensions, file };
        command.Validators.Add(result =>
        {
            if (result.GetResult(prompt) is not null && result.GetResult(promptName) is not null)
                result.AddError("--prompt and --prompt-name exclude each other.");
        });
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var options = new BiEncoderOptions { Dimensions = parsed.GetValue(dimensions), OnnxFile = parsed.GetValue(file) };
            using var encoder = await ModelArgument.LoadBiEncoderAsync(parsed.GetRequiredValue(model), options, streams, cancellationToken).ConfigureAwait(false);
            var settings = new EncodeOptions { Prompt = parsed.GetValue(prompt), PromptName = parsed.GetValue(promptName) };
            encoder.Encode([], settings, cancellationToken);
            return await LineCommand.RunAsync(
                streams,
                line => line.Text("text"),
                (texts, token) => encoder.Encode(texts, settings, token),
                (json, embedding) =>
                {
                    json.WriteStartObject();
                    json.WriteFloats("embedding", embedding);
                    json.WriteEndObject();
                },
                cancellationToken).ConfigureAwait(false);
        });
        return command;
    }
}
