using LocalRag.Plugins.Ingestion;
using LocalRag.Plugins.Ingestion.Worker;

// One process of the tests that kill it: FOLDER STORE. It says each step of its progress and waits for leave to go on, so that the test decides
// where it dies; a closed input is leave for all.
using var index = await StoreIndex.OpenAsync(args[1]);
var report = await index.SynchronizeAsync(args[0], new Steps());
Console.WriteLine($"done {report.Unchanged}");

internal sealed class Steps : IProgress<IngestionProgress>
{
    public void Report(IngestionProgress value)
    {
        Console.WriteLine($"{value.DocumentsDone} {value.PassagesWritten} {value.PassagesDone}");
        Console.ReadLine();
    }
}
