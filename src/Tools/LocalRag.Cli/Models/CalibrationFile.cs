using LocalRag.Cli.Lines;
using LocalRag.Connectors.SentenceTransformers;

namespace LocalRag.Cli.Models;

/// <summary>Reads the lines from which the ranges of quantised vectors are taken.</summary>
internal static class CalibrationFile
{
    /// <summary>The ranges of the vectors in a file, and of those of its texts.</summary>
    /// <exception cref="ToolException">A line is not what was expected, or there is none.</exception>
    public static async Task<EmbeddingRanges> ReadAsync(string path, BiEncoder encoder, EncodeOptions settings, CancellationToken cancellationToken)
    {
        var file = File.OpenRead(path);
        await using var disposal = file.ConfigureAwait(false);
        var vectors = new List<float[]>();
        long before = 0;
        await foreach (var lines in LineReader.ReadGroupsAsync(file, cancellationToken).ConfigureAwait(false))
        {
            var group = LineGroup<(string? Text, float[]? Vector)>.Parse(lines, before, line => line.Has("embedding") ? (null, line.Vector("embedding")) : (line.Text("text"), null));
            if (group.Bad is { } bad)
                throw new ToolException($"{path}, line {bad.Number}: {bad.Reason}");
            before += lines.Count;
            var wrong = group.Inputs.Select((input, i) => (input.Vector?.Length, Number: group.Numbers[i])).FirstOrDefault(input => input.Length is { } length && length != encoder.Dimensions);
            if (wrong.Length is { } found)
                throw new ToolException($"{path}, line {wrong.Number}: the vector has {found} components; expected {encoder.Dimensions}, as the model's have");
            vectors.AddRange(group.Inputs.Where(input => input.Vector is not null).Select(input => input.Vector!));
            vectors.AddRange(encoder.Encode([.. group.Inputs.Where(input => input.Text is not null).Select(input => input.Text!)], settings, cancellationToken));
        }

        return vectors.Count > 0 ? EmbeddingRanges.Of(vectors) : throw new ToolException($"{path} has no lines; expected {{\"text\"}} or {{\"embedding\"}} lines to take the ranges from");
    }
}
