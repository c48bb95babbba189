using LocalRag.Plugins.Ingestion;
using LocalRag.Plugins.Retrieval.Answering;

namespace RagDemo.Commands;

/// <summary>Tells on the error stream what became of the files.</summary>
internal static class IngestionNotices
{
    public static void Write(IngestionReport report, TextWriter error)
    {
        if (report.HasChanges)
        {
            error.WriteLine(
                $"Indexed {report.PassagesWritten} passages in {report.Elapsed.TotalSeconds:0.0} s: {report.Added.Count} documents added, "
                + $"{report.Changed.Count} changed, {report.Removed.Count} removed, {report.Unchanged} unchanged.");
        }

        foreach (var notice in report.Failed)
        {
            error.WriteLine($"Not indexed: {AnswerText.Printable(notice.Id)}: {AnswerText.Printable(notice.Reason)}");
        }

        foreach (var notice in report.Warnings)
        {
            error.WriteLine($"Note: {AnswerText.Printable(notice.Id)}: {AnswerText.Printable(notice.Reason)}");
        }
    }
}
