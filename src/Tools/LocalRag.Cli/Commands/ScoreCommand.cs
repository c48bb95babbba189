using System.CommandLine;
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
        var activation = new Option<string>("--activation") { Description = "What turns the model's outputs into scores: what the model says, nothing, a sigmoid each, or a softmax over the labels.", DefaultValueFactory = _ => "default" };
        activation.AcceptOnlyFromAmong("default", "identity", "sigmoid", "softmax");
        var file = ModelArgument.CreateFileOption();
        var command = new Command("score", "Scores pairs with a cross-encoder. Reads {\"query\", \"document\"} lines, writes {\"score\": [one number per label]} lines.") { model, activation, file };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var encoder = await ModelArgument.LoadCrossEncoderAsync(parsed.GetRequiredValue(model), new() { OnnxFile = parsed.GetValue(file) }, streams, cancellationToken).ConfigureAwait(false);
            var options = Options(parsed.GetRequiredValue(activation));
            return await LineCommand.RunAsync(
                streams,
                line => (line.Text("query"), line.Text("document")),
                (pairs, token) => encoder.PredictAll(pairs, options, token),
                (json, scores) =>
                {
                    json.WriteStartObject();
                    json.WriteFloats("score", scores);
                    json.WriteEndObject();
                },
                cancellationToken).ConfigureAwait(false);
        });
        return command;
    }

    private static PredictOptions Options(string activation) => activation switch
    {
        "identity" => new() { Activation = ActivationFunction.Identity },
        "sigmoid" => new() { Activation = ActivationFunction.Sigmoid },
        "softmax" => new() { Activation = ActivationFunction.Softmax },
        _ => new(),
    };
}
