using System.Globalization;
using System.Text;

namespace LocalRag.Training.Evaluators;

/// <summary>Names metrics and appends them to a CSV file as sentence-transformers does.</summary>
internal static class EvaluatorReport
{
    /// <summary>The metrics under their names, and a line with them where <paramref name="moment"/> has a directory.</summary>
    /// <param name="columns">CSV column, metric name and value.</param>
    public static IReadOnlyDictionary<string, double> Write(
        EvaluationMoment moment, string fileStart, string fileEnd, string name, params (string Column, string Metric, double Value)[] columns)
    {
        var metrics = new OrderedDictionary<string, double>(StringComparer.Ordinal);
        foreach (var (_, metric, value) in columns)
        {
            metrics[Named(name, metric)] = value;
        }

        if (moment.OutputPath is { } directory)
        {
            Directory.CreateDirectory(directory);
            string path = Path.Combine(directory, $"{fileStart}{(name.Length == 0 ? "" : "_" + name)}{fileEnd}.csv");
            var text = new StringBuilder();
            if (!File.Exists(path))
            {
                text.Append("epoch,steps,").AppendJoin(',', columns.Select(c => c.Column)).Append('\n');
            }

            text.Append(CultureInfo.InvariantCulture, $"{moment.Epoch},{moment.Steps},")
                .AppendJoin(',', columns.Select(c => c.Value.ToString("R", CultureInfo.InvariantCulture))).Append('\n');
            File.AppendAllText(path, text.ToString());
        }

        return metrics;
    }

    /// <summary>A metric's name with the evaluator's in front.</summary>
    public static string Named(string name, string metric) => name.Length == 0 ? metric : $"{name}_{metric}";

    /// <summary>Checks that there is something to measure, one label for each.</summary>
    public static void CheckCounts(int examples, int labels, string parameter)
    {
        if (examples == 0 || examples != labels)
        {
            throw new ArgumentException($"Expected one label for each pair and at least one pair, found {examples} pairs and {labels} labels.", parameter);
        }
    }
}
