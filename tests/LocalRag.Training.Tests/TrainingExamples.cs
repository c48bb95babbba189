using LocalRag.Testing;

namespace LocalRag.Training.Tests;

/// <summary>Small sets of examples.</summary>
internal static class TrainingExamples
{
    /// <summary>The pairs of the fit goldens; those of <c>bert-1</c> are labelled 0 or 1, those of <c>bert-3</c> 0 to 2.</summary>
    public static InputExample[] Golden(string name) => [.. TestFiles.GoldenLines("fit", name, "train.jsonl").Select(line => new InputExample(
        [.. line.GetProperty("texts").EnumerateArray().Select(t => t.GetString()!)], line.GetProperty("label").GetSingle()))];
}
