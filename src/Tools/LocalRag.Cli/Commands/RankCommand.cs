using System.CommandLine;
using System.Text.Json;
using LocalRag.Cli.Lines;
using LocalRag.Cli.Models;
using LocalRag.Connectors.SentenceTransformers;

namespace LocalRag.Cli.Commands;

/// <summary><c>localrag rank MODEL</c>: a query and its documents to an order.</summary>
internal static class RankCommand
{
    public static Command Create(ToolStreams streams)
    {
        var model = ModelArgument.Create();
        var topK = new Option<int?>("--top-k") { Description = "How many documents to return. Default: all." };
        topK.Validators.Add(result => { if (result.GetValueOrDefault<int?>() < 1) result.AddError("--top-k must be 1 or more."); });
        var file = ModelFileOption.Create();
        var command = new Command("rank", "Orders documents by a cross-encoder. Reads {\"query\", \"documents\": […]} lines, writes {\"result\": [{\"corpus_id\", \"score\"}]} lines.") { model, topK, file };
        command.SetAction((parsed, cancellationToken) => Tool.GuardAsync(streams, async () =>
        {
            using var encoder = await ModelArgument.LoadCrossEncoderAsync(parsed.GetValue(model)!, new() { OnnxFile = parsed.GetValue(file) }, cancellationToken).ConfigureAwait(false);
            var k = parsed.GetValue(topK);
            return await LineCommand.RunAsync(
                streams,
                line => (Query: line.Text("query"), Documents: line.Texts("documents")),
                (questions, token) => questions.Select(q => encoder.Rank(q.Query, q.Documents, k, cancellationToken: token)).ToArray(),
                Write,
                cancellationToken).ConfigureAwait(false);
        }));
        return command;
    }

    private static void Write(Utf8JsonWriter json, IReadOnlyList<RankedDocument> ranked)
    {
        json.WriteStartObject();
        json.WriteStartArray("result");
        foreach (var document in ranked)
        {
            json.WriteStartObject();
            json.WriteNumber("corpus_id", document.CorpusId);
            json.WriteNumber("score", document.Score);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }
}
