using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using LocalRag.Connectors.SentenceTransformers;
using LocalRag.Evaluation;
using LocalRag.Models.Mini;

namespace LocalRag.Benchmarks.Quality;

/// <summary>How good the searches are on labelled questions, and how long they take, as a Markdown table.</summary>
internal static class QualityReport
{
    private const string MiniLmVariable = "LOCALRAG_TEST_MINILM";

    /// <param name="args">A folder with corpus.jsonl, queries.jsonl and qrels.jsonl (default: Cranfield, from the tests), then the file to write (default: artifacts/quality.md).</param>
    public static async Task<int> RunAsync(string[] args)
    {
        var root = RepositoryRoot();
        var folder = args.ElementAtOrDefault(0) ?? Path.Combine(root, "tests", "goldens", "cranfield");
        var file = args.ElementAtOrDefault(1) ?? Path.Combine(root, "artifacts", "quality.md");
        var dataset = RetrievalDataset.Load(Path.Combine(folder, "corpus.jsonl"), Path.Combine(folder, "queries.jsonl"), Path.Combine(folder, "qrels.jsonl"));
        var measurement = new QualityMeasurement(dataset);
        await measurement.KeywordsAsync();

        using var reranker = CrossEncoder.Load(MiniModels.CrossEncoderDirectory);
        using (var mini = BiEncoder.Load(MiniModels.BiEncoderDirectory))
            await measurement.ModelAsync("localrag-mini-bi", mini, "localrag-mini-ce", reranker);
        if (Environment.GetEnvironmentVariable(MiniLmVariable) is { Length: > 0 } directory)
        {
            using var miniLm = BiEncoder.Load(directory);
            await measurement.ModelAsync(miniLm.ModelId, miniLm, "localrag-mini-ce", reranker);
        }

        var report = Markdown(Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder))), dataset, measurement);
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(file))!);
        await File.WriteAllTextAsync(file, report);
        Console.WriteLine();
        Console.Write(report);
        return 0;
    }

    private static string Markdown(string name, RetrievalDataset dataset, QualityMeasurement measurement)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{name}: {dataset.Corpus.Count:N0} documents, {measurement.QuestionCount} questions with a relevant document. ");
        text.Append(CultureInfo.InvariantCulture, $"{RuntimeInformation.OSArchitecture}, {Environment.ProcessorCount} processors, {RuntimeInformation.FrameworkDescription}.\n\n");
        foreach (var group in measurement.Rows.GroupBy(row => row.Questions))
        {
            text.Append(CultureInfo.InvariantCulture, $"| {(group.Key == measurement.QuestionCount ? $"all {group.Key} questions" : $"first {group.Key} questions")} | nDCG@10 | MRR@10 | recall@10 | MAP@100 | ms per question |\n|---|---|---|---|---|---|\n");
            foreach (var row in group)
                text.Append(CultureInfo.InvariantCulture, $"| {row.Search} | {row.Metric("ndcg@10"):F4} | {row.Metric("mrr@10"):F4} | {row.Metric("recall@10"):F4} | {row.Metric("map@100"):F4} | {row.MillisecondsPerQuestion:F1} |\n");
            text.Append('\n');
        }

        foreach (var (index, seconds) in measurement.IndexSeconds)
            text.Append(CultureInfo.InvariantCulture, $"Indexing with {index}: {seconds:F1} s.\n");
        return text.ToString();
    }

    private static string RepositoryRoot()
    {
        for (var directory = new DirectoryInfo(AppContext.BaseDirectory); directory is not null; directory = directory.Parent)
        {
            if (File.Exists(Path.Combine(directory.FullName, "Plugins.sln")))
                return directory.FullName;
        }

        return Environment.CurrentDirectory;
    }
}
