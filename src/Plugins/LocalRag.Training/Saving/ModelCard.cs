using System.Globalization;
using System.Text;
using LocalRag.Training.Fitting;

namespace LocalRag.Training.Saving;

/// <summary>README.md of a trained model: what it is, how it was trained, what was measured.</summary>
internal static class ModelCard
{
    public static void Write(string directory, ModelCardFacts facts, FitOptions options, FitReport report)
    {
        var text = new StringBuilder();
        var culture = CultureInfo.InvariantCulture;
        text.Append(culture, $"""
            ---
            library_name: sentence-transformers
            pipeline_tag: {facts.PipelineTag}
            tags:
            - sentence-transformers
            - {facts.Kind}
            ---
            # {Path.GetFileName(facts.Name)}
            A {facts.Kind} of {facts.Architecture} type, fine-tuned from `{facts.BaseModel}` with LocalRag.Training.

            ## Training
            | | |
            |---|---|
            | examples | {report.Examples} |
            | loss | {facts.Loss} |
            | steps | {report.Steps} (batches of {options.BatchSize}, {options.Epochs} epochs at most) |
            | loss of the first and the last step | {report.FirstLoss:G5}, {report.LastLoss:G5} |
            | optimizer | {(options.OptimizerFactory is null ? "AdamW" : "custom")}, learning rate {options.LearningRate:R}, {options.Scheduler}, weight decay {options.WeightDecay:R} |
            | gradient length at most | {options.MaxGradNorm:R} |
            | precision | {(options.UseAmp ? "bf16 with fp32 master weights" : "fp32")} |
            | longest input | {facts.MaxTokens} tokens |
            | seed | {options.Seed} |
            | time | {report.Duration.TotalSeconds:F0} s |

            """);
        if (report.Evaluations.Count > 0)
        {
            text.Append("\n## Evaluation\n| epoch | steps | ").AppendJoin(" | ", report.Evaluations[0].Metrics.Keys).Append(" |\n|---|---|")
                .Insert(text.Length, "---|", report.Evaluations[0].Metrics.Count).Append('\n');
            foreach (var evaluation in report.Evaluations)
            {
                text.Append(culture, $"| {evaluation.Epoch} | {(evaluation.Steps < 0 ? "end" : evaluation.Steps)} | ")
                    .AppendJoin(" | ", evaluation.Metrics.Values.Select(v => v.ToString("F4", culture))).Append(" |\n");
            }
        }

        if (!string.IsNullOrWhiteSpace(options.ModelCardNote))
        {
            text.Append("\n## Notes\n").Append(options.ModelCardNote.Trim()).Append('\n');
        }

        text.Append("\n## Files\n`model.safetensors` (fp32), `onnx/model.onnx` (fp32) and `onnx/model_qint8.onnx` (dynamically quantised, int8).\n");
        File.WriteAllText(Path.Combine(directory, "README.md"), text.ToString());
    }
}
