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
        var precision = new Option<string>("--precision") { Description = "What a component is: a float, a byte (int8, uint8; needs --calibration), or one bit, eight to a byte (binary, ubinary).", DefaultValueFactory = _ => "float32" };
        precision.AcceptOnlyFromAmong("float32", "int8", "uint8", "binary", "ubinary");
        var calibration = new Option<string?>("--calibration") { Description = "For int8 and uint8: {\"text\"} or {\"embedding\"} lines that stand for what will be embedded, 100 or more; the range of each component is taken from them.", HelpName = "FILE" };
        var command = new Command("embed", "Turns texts into vectors with a bi-encoder. Reads {\"text\"} lines, writes {\"embedding\": […]} lines.") { model, promptName, prompt, dimensions, precision, calibration, file };
        command.Validators.Add(result =>
        {
            if (result.GetResult(prompt) is not null && result.GetResult(promptName) is not null)
                result.AddError("--prompt and --prompt-name exclude each other.");
            if (result.GetResult(precision) is { } given && given.Tokens is [{ Value: "int8" or "uint8" }] != result.GetResult(calibration) is not null
                || result.GetResult(precision) is null && result.GetResult(calibration) is not null)
                result.AddError("--calibration goes with --precision int8 and uint8, which need it, and with no other.");
        });
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var options = new BiEncoderOptions { Dimensions = parsed.GetValue(dimensions), OnnxFile = parsed.GetValue(file) };
            using var encoder = await ModelArgument.LoadBiEncoderAsync(parsed.GetRequiredValue(model), options, streams, cancellationToken).ConfigureAwait(false);
            var settings = new EncodeOptions { Prompt = parsed.GetValue(prompt), PromptName = parsed.GetValue(promptName) };
            encoder.Encode([], settings, cancellationToken);
            if (Precision(parsed.GetRequiredValue(precision)) is { } code)
            {
                var ranges = parsed.GetValue(calibration) is { } path ? await CalibrationFile.ReadAsync(path, encoder, settings, cancellationToken).ConfigureAwait(false) : null;
                return await LineCommand.RunAsync(
                    streams,
                    line => line.Text("text"),
                    (texts, token) => Rows(encoder.EncodeQuantized(texts, code, ranges, settings, token)),
                    (json, codes) =>
                    {
                        json.WriteStartObject();
                        json.WriteIntegers("embedding", codes);
                        json.WriteEndObject();
                    },
                    cancellationToken).ConfigureAwait(false);
            }

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

    private static EmbeddingPrecision? Precision(string name) => name switch
    {
        "int8" => EmbeddingPrecision.Int8,
        "uint8" => EmbeddingPrecision.UInt8,
        "binary" => EmbeddingPrecision.Binary,
        "ubinary" => EmbeddingPrecision.UBinary,
        _ => null,
    };

    private static IEnumerable<int[]> Rows(QuantizedEmbeddings embeddings)
    {
        for (var i = 0; i < embeddings.Count; i++)
        {
            var codes = new int[embeddings.RowLength];
            for (var j = 0; j < codes.Length; j++)
                codes[j] = embeddings.IsSigned ? embeddings.SignedRow(i)[j] : embeddings.Row(i)[j];
            yield return codes;
        }
    }
}
