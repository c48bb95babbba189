using LocalRag.Plugins.Retrieval.Answering;

namespace RagDemo.Commands;

/// <summary>An answer as the command line shows it: text, sources, and the ranking before and after reranking.</summary>
internal static class AnswerText
{
    private const int Width = 100;

    public static void Write(Answer answer, TextWriter output)
    {
        output.WriteLine(Terminal.Plain(answer.Text));
        output.WriteLine();
        output.WriteLine(answer.Status == AnswerStatus.Answered ? "Sources" : "Nearest passages");
        for (var i = 0; i < answer.Passages.Count; i++)
        {
            var passage = answer.Passages[i];
            output.WriteLine($"  [{i + 1}] {Terminal.Line(Place(passage), Width - 6)}");
            output.WriteLine($"      {Terminal.Line(passage.Text, Width - 6)}");
        }

        output.WriteLine();
        WriteRanking(answer, output);
        var t = answer.Timings;
        output.WriteLine();
        output.WriteLine(FormattableString.Invariant(
            $"{t.Total:0} ms: embed {t.Embed:0}, search {t.Search:0}, keywords {t.Keywords:0}, rerank {t.Rerank:0}, answer {t.Generate:0}"));
        if (answer.Warning is { } warning)
        {
            output.WriteLine($"Note: {Terminal.Plain(warning)}");
        }
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
                $"  {passage.Ranks.Before,6}  {passage.Ranks.After,5} {move,-4} {score,7:0.0000}  {Terminal.Line(Place(passage), Width - 30)}"));
        }

        if (answer.Dropped.Count > 0)
        {
            output.WriteLine($"  {answer.Dropped.Count} more candidates were cut.");
        }
    }

    private static string Place(AnswerPassage passage) =>
        passage.DocumentId + (passage.Page is { } page ? $", page {page}" : "") + (passage.HeadingPath is { } path ? $" › {path}" : "");
}
