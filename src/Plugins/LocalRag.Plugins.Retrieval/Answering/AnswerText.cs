using System.Text;

namespace LocalRag.Plugins.Retrieval.Answering;

/// <summary>An answer as a command line shows it: text, sources, and the ranking before and after reranking.</summary>
public static class AnswerText
{
    private const int Width = 100;

    /// <summary>Writes an answer; control characters of documents are replaced, so that none can steer a terminal.</summary>
    /// <param name="answer">The answer.</param>
    /// <param name="output">Where to write.</param>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    public static void Write(Answer answer, TextWriter output)
    {
        ArgumentNullException.ThrowIfNull(answer);
        ArgumentNullException.ThrowIfNull(output);
        output.WriteLine(Printable(answer.Text));
        output.WriteLine();
        output.WriteLine(answer.Status == AnswerStatus.Answered ? "Sources" : "Nearest passages");
        for (var i = 0; i < answer.Passages.Count; i++)
        {
            var passage = answer.Passages[i];
            output.WriteLine($"  [{i + 1}] {Line(Place(passage), Width - 6)}");
            output.WriteLine($"      {Line(passage.Text, Width - 6)}");
        }

        output.WriteLine();
        WriteRanking(answer, output);
        var t = answer.Timings;
        output.WriteLine();
        output.WriteLine(FormattableString.Invariant(
            $"{t.Total:0} ms: embed {t.Embed:0}, search {t.Search:0}, keywords {t.Keywords:0}, rerank {t.Rerank:0}, answer {t.Generate:0}"));
        if (answer.Warning is { } warning)
        {
            output.WriteLine($"Note: {Printable(warning)}");
        }
    }

    /// <summary>Replaces the control characters of a text but line breaks and tabs: documents and file names may hold escape codes that would steer a terminal.</summary>
    /// <param name="text">A text of unknown origin.</param>
    /// <exception cref="ArgumentNullException"><paramref name="text"/> is null.</exception>
    public static string Printable(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (!text.Any(c => char.IsControl(c) && c is not ('\n' or '\r' or '\t')))
        {
            return text;
        }

        var plain = new StringBuilder(text.Length);
        foreach (var character in text)
        {
            plain.Append(char.IsControl(character) && character is not ('\n' or '\r' or '\t') ? '\uFFFD' : character);
        }

        return plain.ToString();
    }

    /// <summary>Folds a text into one printable line.</summary>
    /// <param name="text">A text of unknown origin.</param>
    /// <param name="width">The most characters, 1 or more; what is longer ends in an ellipsis.</param>
    /// <exception cref="ArgumentNullException"><paramref name="text"/> is null.</exception>
    public static string Line(string text, int width)
    {
        var folded = string.Join(' ', Printable(text).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        return folded.Length <= width ? folded : folded[..(width - 1)] + "…";
    }

    private static void WriteRanking(Answer answer, TextWriter output)
    {
        output.WriteLine("Ranking: before and after reranking");
        output.WriteLine("  before  after       score  passage");
        foreach (var passage in answer.Passages)
        {
            var move = (passage.Ranks.Before - passage.Ranks.After) switch
            {
                > 0 and var up => $"▲{up}",
                < 0 and var down => $"▼{-down}",
                _ => "",
            };
            var score = passage.Scores.Rerank ?? passage.Scores.Fused ?? passage.Scores.Vector ?? passage.Scores.Keyword;
            output.WriteLine(FormattableString.Invariant(
                $"  {passage.Ranks.Before,6}  {passage.Ranks.After,5} {move,-4} {score,7:0.0000}  {Line(Place(passage), Width - 30)}"));
        }

        if (answer.Dropped.Count > 0)
        {
            output.WriteLine($"  {answer.Dropped.Count} more candidates were cut.");
        }
    }

    private static string Place(AnswerPassage passage) =>
        passage.DocumentId + (passage.Page is { } page ? $", page {page}" : "") + (passage.HeadingPath is { } path ? $" › {path}" : "");
}
