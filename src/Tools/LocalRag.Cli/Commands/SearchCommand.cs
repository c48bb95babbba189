using System.CommandLine;
using System.Text.Json;
using LocalRag.Cli.Lines;
using LocalRag.Connectors.InMemory;

namespace LocalRag.Cli.Commands;

/// <summary><c>localrag search</c>: exact nearest neighbours among given vectors.</summary>
internal static class SearchCommand
{
    public static Command Create(ToolStreams streams)
    {
        var score = new Option<string>("--score") { Description = "cos or dot.", DefaultValueFactory = _ => "cos" };
        score.AcceptOnlyFromAmong("cos", "dot");
        var topK = Number("--top-k", "How many hits per query.", 10);
        var queryChunk = Number("--query-chunk-size", "How many queries are compared at once.", 100);
        var corpusChunk = Number("--corpus-chunk-size", "How many corpus vectors are compared at once.", 500_000);
        var command = new Command("search", "Finds nearest vectors. Reads {\"queries\": [[…]], \"corpus\": [[…]]} lines, writes {\"hits\": [[{\"corpus_id\", \"score\"}]]} lines.")
        { score, topK, queryChunk, corpusChunk };
        command.SetAction((parsed, cancellationToken) => Tool.GuardAsync(streams, () => LineCommand.RunAsync(
            streams,
            line => Search(line, parsed.GetValue(topK), parsed.GetValue(queryChunk), parsed.GetValue(corpusChunk), parsed.GetValue(score) == "dot" ? ScoreFunction.Dot : ScoreFunction.Cosine),
            (hits, _) => hits,
            Write,
            cancellationToken)));
        return command;
    }

    private static Option<int> Number(string name, string description, int value)
    {
        var option = new Option<int>(name) { Description = description, DefaultValueFactory = _ => value };
        option.Validators.Add(result => { if (result.GetValueOrDefault<int>() < 1) result.AddError($"{name} must be 1 or more."); });
        return option;
    }

    private static IReadOnlyList<IReadOnlyList<SearchHit>> Search(JsonLine line, int topK, int queryChunk, int corpusChunk, ScoreFunction score)
    {
        try
        {
            return SemanticSearch.Search(line.Vectors("queries"), line.Vectors("corpus"), topK, queryChunk, corpusChunk, score);
        }
        catch (ArgumentException error)
        {
            throw new BadLineException(error.Message);
        }
    }

    private static void Write(Utf8JsonWriter json, IReadOnlyList<IReadOnlyList<SearchHit>> all)
    {
        json.WriteStartObject();
        json.WriteStartArray("hits");
        foreach (var hits in all)
        {
            json.WriteStartArray();
            foreach (var hit in hits)
            {
                json.WriteStartObject();
                json.WriteNumber("corpus_id", hit.CorpusId);
                json.WriteNumber("score", hit.Score);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }
}
