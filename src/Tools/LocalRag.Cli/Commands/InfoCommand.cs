using System.Buffers;
using System.CommandLine;
using System.Text.Encodings.Web;
using System.Text.Json;
using LocalRag.Cli.Models;
using LocalRag.Connectors.SentenceTransformers.Hub;
using LocalRag.Models.Mini;

namespace LocalRag.Cli.Commands;

/// <summary><c>localrag info MODEL</c>: what was understood from a model directory, and what was refused.</summary>
internal static class InfoCommand
{
    private static readonly JsonWriterOptions Readable = new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static Command Create(ToolStreams streams)
    {
        var model = ModelArgument.Create();
        var file = ModelArgument.CreateFileOption();
        var command = new Command("info", "Says what was understood from a model's directory, and what was refused and why, as one JSON object (two for 'mini', which is two models). Exits with 1 if the model cannot be used.") { model, file };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var name = parsed.GetRequiredValue(model);
            var wanted = parsed.GetValue(file);
            var usable = true;
            foreach (var directory in await DirectoriesAsync(name, wanted, streams, cancellationToken).ConfigureAwait(false))
            {
                var description = ModelDescription.Read(name, directory, wanted);
                var bytes = new ArrayBufferWriter<byte>();
                using (var json = new Utf8JsonWriter(bytes, Readable))
                    description.Write(json);
                bytes.Write("\n"u8);
                await streams.WriteAsync(bytes.WrittenMemory, cancellationToken).ConfigureAwait(false);
                foreach (var reason in description.Refused)
                {
                    usable = false;
                    await streams.Error.WriteLineAsync($"localrag: refused: {reason}").ConfigureAwait(false);
                }
            }

            return usable ? 0 : 1;
        });
        return command;
    }

    private static async Task<IReadOnlyList<string>> DirectoriesAsync(string name, string? file, ToolStreams streams, CancellationToken cancellationToken) =>
        name == MiniModels.Name
            ? [MiniModels.BiEncoderDirectory, MiniModels.CrossEncoderDirectory]
            : [await ModelArgument.ResolveAsync(name, ModelKind.BiEncoder, file, streams, cancellationToken).ConfigureAwait(false)];
}
