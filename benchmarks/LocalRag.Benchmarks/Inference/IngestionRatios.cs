using System.Globalization;
using System.Text.Json;
using LocalRag.Connectors.InMemory;
using LocalRag.Connectors.SentenceTransformers;
using LocalRag.Models.Mini;
using LocalRag.Plugins.Ingestion;
using LocalRag.Plugins.Retrieval;

namespace LocalRag.Benchmarks.Inference;

/// <summary>How much of ingestion's time ONNX Runtime is running the embedded model, as its own profile tells, over the documentation twenty times.</summary>
internal static class IngestionRatios
{
    private const int Copies = 20;

    /// <param name="args">The folder; the documentation by default.</param>
    public static async Task<int> RunAsync(string[] args)
    {
        var folder = args.ElementAtOrDefault(0) ?? Path.Combine(Environment.CurrentDirectory, "docs");
        var work = Directory.CreateTempSubdirectory("localrag-ingestion-");
        try
        {
            var documents = CopyTo(work.CreateSubdirectory("documents").FullName, folder);
            var report = await IngestAsync(documents, Path.Combine(work.FullName, "profile"));
            var running = RunningSeconds(Directory.GetFiles(work.FullName, "profile*.json").Single());
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{report.Added.Count} documents, {report.PassagesWritten} passages in {report.Elapsed.TotalSeconds:0.0} s: {100 * running / report.Elapsed.TotalSeconds:0.0} % of it inside ONNX Runtime's Run, {100 * report.Writing / report.Elapsed:0.0} % in embedding and upserting"));
            return 0;
        }
        finally
        {
            work.Delete(recursive: true);
        }
    }

    private static async Task<IngestionReport> IngestAsync(string documents, string profile)
    {
        using var encoder = BiEncoder.Load(MiniModels.BiEncoderDirectory, new()
        {
            ConfigureSession = session =>
            {
                session.ProfileOutputPathPrefix = profile;
                session.EnableProfiling = true;
            },
        });
        using var generator = encoder.AsEmbeddingGenerator();
        using var store = new InMemoryVectorStore(new() { EmbeddingGenerator = generator });
        using var indexer = new DocumentIndexer(
            store.GetCollection<string, Passage>("passages", Passage.CreateDefinition(encoder.Dimensions)),
            store.GetCollection<string, SourceDocument>("documents"),
            new HeadingChunker(ChunkSize.For(generator)),
            generator);
        return await indexer.SynchronizeAsync(FolderListing.Of(documents));
    }

    private static string CopyTo(string target, string folder)
    {
        foreach (var file in Directory.GetFiles(folder, "*.md"))
        {
            // The first line differs, so that no two files have the same content.
            var text = File.ReadAllText(file);
            for (var copy = 0; copy < Copies; copy++)
                File.WriteAllText(Path.Combine(target, $"{copy:00}-{Path.GetFileName(file)}"), $"Copy {copy}.\n\n{text}");
        }

        return target;
    }

    // Runs may overlap; time in which two of them run counts once.
    private static double RunningSeconds(string profile)
    {
        using var stream = File.OpenRead(profile);
        using var events = JsonDocument.Parse(stream);
        var runs = events.RootElement.EnumerateArray()
            .Where(entry => entry.GetProperty("name").ValueEquals("model_run"))
            .Select(entry => (Start: entry.GetProperty("ts").GetInt64(), Length: entry.GetProperty("dur").GetInt64()))
            .OrderBy(run => run.Start);
        var (sum, until) = (0L, 0L);
        foreach (var (start, length) in runs)
        {
            sum += Math.Max(0, start + length - Math.Max(start, until));
            until = Math.Max(until, start + length);
        }

        return sum / 1e6;
    }
}
