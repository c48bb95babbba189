using System.CommandLine;
using LocalRag.Cli.Lines;
using LocalRag.Cli.Models;

namespace LocalRag.Cli.Commands;

/// <summary><c>localrag rank MODEL</c>: a query and its documents to an order.</summary>
internal static class RankCommand
{
    public static Command Create(ToolStreams streams)
    {
        var model = ModelArgument.Create();
        var topK = NumberOption.Create("--top-k", least: 1, "How many documents to return, 1 or more. Default: all.");
        var file = ModelArgument.CreateFileOption();
        var command = new Command("rank", "Orders documents with a cross-encoder. Reads {\"query\", \"documents\": […]} lines, writes {\"result\": [{\"corpus_id\", \"score\"}]} lines, best first.") { model, topK, file };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var encoder = await ModelArgument.LoadCrossEncoderAsync(parsed.GetRequiredValue(model), new() { OnnxFile = parsed.GetValue(file) }, streams, cancellationToken).ConfigureAwait(false);
            if (encoder.NumLabels != 1)
                throw new ToolException($"rank needs a model with one label, but '{encoder.ModelId}' has {encoder.NumLabels} ({string.Join(", ", encoder.Labels)}), so its scores are no order. Use score.");
            var k = parsed.GetValue(topK);
            return await LineCommand.RunAsync(
                streams,
                line => (Query: line.Text("query"), Documents: line.Texts("documents")),
                (questions, token) => questions.Select(question => encoder.Rank(question.Query, question.Documents, k, cancellationToken: token)),
                (json, ranked) =>
                {
                    json.WriteStartObject();
                    json.WritePropertyName("result");
                    json.WriteHits(ranked.Select(document => (document.CorpusId, document.Score)));
                    json.WriteEndObject();
                },
                cancellationToken).ConfigureAwait(false);
        });
        return command;
    }
}
