using System.CommandLine;
using LocalRag.Connectors.SentenceTransformers.Hub;

namespace LocalRag.Training.Cli.Commands;

/// <summary><c>localrag-train cross-encoder</c>.</summary>
internal static class CrossEncoderCommand
{
    private static readonly Dictionary<string, Func<CrossEncoderLoss>> Losses = new(StringComparer.OrdinalIgnoreCase)
    {
        ["bce"] = () => CrossEncoderLoss.BinaryCrossEntropy(),
        ["cross-entropy"] = CrossEncoderLoss.CrossEntropy,
        ["mse"] = CrossEncoderLoss.MeanSquaredError,
        ["margin-mse"] = CrossEncoderLoss.MarginMeanSquaredError,
        ["mnrl"] = () => CrossEncoderLoss.MultipleNegativesRanking(),
        ["cached-mnrl"] = () => CrossEncoderLoss.CachedMultipleNegativesRanking(),
        ["listnet"] = CrossEncoderLoss.ListNet,
        ["listmle"] = () => CrossEncoderLoss.ListMle(respectInputOrder: false),
        ["plistmle"] = () => CrossEncoderLoss.PositionAwareListMle(respectInputOrder: false),
        ["lambda"] = () => CrossEncoderLoss.Lambda(),
        ["ranknet"] = () => CrossEncoderLoss.RankNet(),
        ["adr-mse"] = () => CrossEncoderLoss.AdrMeanSquaredError(),
    };

    public static Command Create(TextWriter error, bool showProgress)
    {
        var command = new Command("cross-encoder", "Fine-tune a cross-encoder, or make one from a bare or bi-encoder's weights.");
        var arguments = new FitArguments(command, Losses.Keys);
        var labels = new Option<int?>("--num-labels") { Description = "Labels of a new classification head. Default: the model's, or 1." };
        var dropout = new Option<double?>("--classifier-dropout") { Description = "Dropout before the output layer. Default: config.json's." };
        command.Options.Add(labels);
        command.Options.Add(dropout);
        command.SetAction((result, cancellationToken) => TrainTool.GuardAsync(error, async () =>
        {
            var options = new CrossEncoderFitOptions
            {
                Loss = arguments.Loss(result) is { } loss ? Losses[loss]() : null,
                LabelCount = result.GetValue(labels),
                ClassifierDropout = result.GetValue(dropout),
            };
            string directory = await arguments.ModelDirectoryAsync(result, ModelKind.CrossEncoder, cancellationToken).ConfigureAwait(false);
            await arguments.RunAsync(result, options, error, showProgress, async o =>
                (await CrossEncoderTraining.FitDirectoryAsync(directory, arguments.Examples(result), o, cancellationToken).ConfigureAwait(false)).Dispose()).ConfigureAwait(false);
        }));
        return command;
    }
}
