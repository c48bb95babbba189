using System.CommandLine;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using LocalRag.Cli.Documents;
using LocalRag.Cli.Models;
using LocalRag.Plugins.Ingestion;
using LocalRag.Plugins.Retrieval.Answering;

namespace LocalRag.Cli.Commands;

/// <summary><c>localrag ingest FOLDER --store FILE</c>: brings a store file in step with a folder.</summary>
internal static class IngestCommand
{
    public static Command Create(ToolStreams streams)
    {
        var folder = new Argument<string>("FOLDER") { Description = "Folder with Markdown, text, HTML, PDF or source code, or a single file." };
        var store = new Option<string>("--store") { Description = "The store file; it is made if it does not exist.", Required = true, HelpName = "FILE" };
        var model = new Option<string?>("--model") { Description = $"{ModelArgument.Meaning}. Default: the store's own, 'mini' for a new one.", HelpName = "M" };
        var chunkTokens = NumberOption.Create("--chunk-tokens", least: 8, "The most tokens of a passage. Default: what the model reads.");
        var overlap = NumberOption.Create("--overlap", least: 0, "Tokens that passages share where a section is cut. Default: an eighth of a passage.");
        var command = new Command("ingest", "Indexes a folder into a store file: what is new or changed is embedded, what is gone is dropped, the rest costs nothing. Writes one JSON object that says what was done. Exit code 1 if a document could not be read; the others are indexed all the same.")
        { folder, store, model, chunkTokens, overlap };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var listing = FolderListing.Of(parsed.GetRequiredValue(folder), cancellationToken: cancellationToken);
            using var documents = await DocumentStore.OpenOrCreateAsync(parsed.GetRequiredValue(store), parsed.GetValue(model), streams, cancellationToken).ConfigureAwait(false);
            var size = ChunkSize.For(documents.Generator, parsed.GetValue(chunkTokens), parsed.GetValue(overlap));
            using var indexer = new DocumentIndexer(documents.Passages, documents.Documents, new HeadingChunker(size), documents.Generator, new() { Checkpoint = documents.SaveAsync });
            IngestionReport report;
            using (var progress = new IngestionLine(streams))
                report = await indexer.SynchronizeAsync(listing, progress, cancellationToken).ConfigureAwait(false);

            foreach (var notice in report.Failed)
                await streams.Error.WriteLineAsync($"localrag: not indexed: {AnswerText.Printable(notice.Id)}: {AnswerText.Printable(notice.Reason)}").ConfigureAwait(false);
            foreach (var notice in report.Warnings)
                await streams.Error.WriteLineAsync($"localrag: note: {AnswerText.Printable(notice.Id)}: {AnswerText.Printable(notice.Reason)}").ConfigureAwait(false);
            await streams.WriteLineAsync(ToJson(report), cancellationToken).ConfigureAwait(false);
            return report.Failed.Count == 0 ? 0 : 1;
        });
        return command;
    }

    private static string ToJson(IngestionReport report)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            json.WriteNumber("added", report.Added.Count);
            json.WriteNumber("changed", report.Changed.Count);
            json.WriteNumber("removed", report.Removed.Count);
            json.WriteNumber("unchanged", report.Unchanged);
            json.WriteNumber("skipped", report.Skipped.Count);
            json.WriteNumber("failed", report.Failed.Count);
            json.WriteNumber("passages", report.PassagesWritten);
            json.WriteNumber("seconds", Math.Round(report.Elapsed.TotalSeconds, 3));
            json.WriteNumber("embedding_seconds", Math.Round(report.Writing.TotalSeconds, 3));
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.ToArray());
    }
}
