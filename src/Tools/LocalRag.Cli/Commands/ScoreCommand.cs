using System.CommandLine;
using System.Text.Json;
using LocalRag.Cli.Lines;
using LocalRag.Cli.Models;
using LocalRag.Connectors.SentenceTransformers;

namespace LocalRag.Cli.Commands;

/// <summary><c>localrag score MODEL</c>: pairs to scores.</summary>
internal static class ScoreCommand
{
    public static Command Create(ToolStreams streams)
    {
        var model = ModelArgument.Create();
        var activation = new Option<string>("--activation") { Description = "default (what the model says), identity, sigmoid or softmax.", DefaultValueFactory = _ => "default" };
        activation.AcceptOnlyFromAmong("default", "identity", "sigmoid", "softmax");
        var file = ModelFileOption.Create();
        var command = new Command("score", "Scores pairs with a cross-encoder. Reads {\"query\", \"document\"} lines, writes {\"score\": [one number per label]} lines.") { model, activation, file };
        command.SetAction((parsed, cancellationToken) => Tool.GuardAsync(streams, async () =>
        {
            using var encoder = await ModelArgument.LoadCrossEncoderAsync(parsed.GetValue(model)!, new() { OnnxFile = parsed.GetValue(file) }, cancellationToken).ConfigureAwait(false);
            var options = Options(parsed.GetValue(activation)!);
            return await LineCommand.RunAsync(
                streams,
                line => (line.Text("query"), line.Text("document")),
                (pairs, token) => encoder.PredictAll(pairs, options, token),
                Write,
                cancellationToken).ConfigureAwait(false);
        }));
        return command;
    }

    // "softmax" is the reference's apply_softmax: over the raw outputs.
    private static PredictOptions Options(string activation) => activation switch
    {
        "identity" => new() { Activation = ActivationFunction.Identity },
        "sigmoid" => new() { Activation = ActivationFunction.Sigmoid },
        "softmax" => new() { Activation = ActivationFunction.Identity, ApplySoftmax = true },
        _ => new(),
    };

    private static void Write(Utf8JsonWriter json, float[] scores)
    {
        json.WriteStartObject();
        json.WriteStartArray("score");
        foreach (var score in scores)
        {
            json.WriteNumberValue(score);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }
}
