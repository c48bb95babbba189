using System.Globalization;
using LocalRag.Connectors.InMemory.Worker;

// The process that the kill tests kill: works until then, and says on its output what it begins and what is done.
var from = int.Parse(args[2], CultureInfo.InvariantCulture);
await (args[0] switch
{
    "save" => Work.SaveAsync(args[1], from),
    "journal" => Work.JournalAsync(args[1], from),
    _ => throw new ArgumentException($"Expected 'save' or 'journal'; found '{args[0]}'."),
});
