using System.CommandLine;
using System.Globalization;
using LocalRag.Connectors.SentenceTransformers.Hub;

namespace LocalRag.Training.Cli.Commands;

/// <summary><c>localrag-train bi-encoder</c>.</summary>
internal static class BiEncoderCommand
{
    private static readonly Dictionary<string, Func<BiEncoderLoss>> Losses = new(StringComparer.OrdinalIgnoreCase)
    {
        ["mnrl"] = () => BiEncoderLoss.MultipleNegativesRanking(),
        ["cached-mnrl"] = () => BiEncoderLoss.CachedMultipleNegativesRanking(),
        ["cosine"] = BiEncoderLoss.CosineSimilarity,
        ["cosent"] = () => BiEncoderLoss.CoSent(),
        ["mse"] = BiEncoderLoss.MeanSquaredError,
        ["margin-mse"] = BiEncoderLoss.MarginMeanSquaredError,
        ["distill-kl"] = () => BiEncoderLoss.DistillKLDivergence(),
    };

    public static Command Create(TextWriter error, bool showProgress)
    {
        var command = new Command("bi-encoder", "Fine-tune a bi-encoder, or make one from a bare encoder's weights.");
        var arguments = new FitArguments(command, Losses.Keys);
        var matryoshka = new Option<string?>("--matryoshka") { Description = "Vector lengths to train for at once, such as 256,128,64." };
        command.Options.Add(matryoshka);
        command.SetAction((result, cancellationToken) => TrainTool.GuardAsync(error, async () =>
        {
            var loss = Losses[arguments.Loss(result) ?? "mnrl"]();
            if (result.GetValue(matryoshka) is { } lengths)
            {
                loss = BiEncoderLoss.Matryoshka(loss, Lengths(lengths));
            }

            string directory = await arguments.ModelDirectoryAsync(result, ModelKind.BiEncoder, cancellationToken).ConfigureAwait(false);
            await arguments.RunAsync(result, new BiEncoderFitOptions { Loss = loss }, error, showProgress, async o =>
                (await BiEncoderTraining.FitDirectoryAsync(directory, arguments.Examples(result), o, cancellationToken).ConfigureAwait(false)).Dispose()).ConfigureAwait(false);
        }));
        return command;
    }

    private static int[] Lengths(string text) => [.. text.Split(',').Select(part =>
        int.TryParse(part, NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture, out int length)
            ? length
            : throw new ArgumentException($"--matryoshka: numbers with commas between them were expected, such as 256,128,64; found '{text}'."))];
}
