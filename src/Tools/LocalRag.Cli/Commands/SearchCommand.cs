using System.CommandLine;
using LocalRag.Cli.Lines;
using LocalRag.Connectors.InMemory;

namespace LocalRag.Cli.Commands;

/// <summary><c>localrag search</c>: the nearest vectors of a corpus for each query.</summary>
internal static class SearchCommand
{
    private const int TopK = 10;
    private const int QueryChunkSize = 100;
    private const int CorpusChunkSize = 500_000;

    public static Command Create(ToolStreams streams)
    {
        var score = new Option<string>("--score") { Description = "How vectors are compared.", DefaultValueFactory = _ => "cos" };
        score.AcceptOnlyFromAmong("cos", "dot");
        var topK = NumberOption.Create("--top-k", least: 1, $"How many hits per query. Default: {TopK}.");
        var queryChunk = NumberOption.Create("--query-chunk-size", least: 1, $"How many queries are searched together. Default: {QueryChunkSize}.");
        var corpusChunk = NumberOption.Create("--corpus-chunk-size", least: 1, $"How many vectors of the corpus are searched before the next queries have their turn. Default: {CorpusChunkSize}.");
        var command = new Command("search", "Finds the nearest vectors of a corpus, exactly. Reads {\"queries\": [[…]], \"corpus\": [[…]]} lines, writes {\"hits\": [[{\"corpus_id\", \"score\"}]]} lines: a list per query, best first.") { score, topK, queryChunk, corpusChunk };
        command.SetAction((parsed, cancellationToken) =>
        {
            var function = parsed.GetRequiredValue(score) == "dot" ? ScoreFunction.Dot : ScoreFunction.Cosine;
            int k = parsed.GetValue(topK) ?? TopK, queries = parsed.GetValue(queryChunk) ?? QueryChunkSize, rows = parsed.GetValue(corpusChunk) ?? CorpusChunkSize;
            return LineCommand.RunAsync(
                streams,
                line => (Queries: line.Vectors("queries"), Corpus: line.Vectors("corpus")),
                (searches, token) => searches.Select(search =>
                {
                    try
                    {
                        return SemanticSearch.Search(search.Queries, search.Corpus, k, queries, rows, function, token);
                    }
                    catch (ArgumentException exception)
                    {
                        throw new BadLineException(ToolErrors.Describe(exception));
                    }
                }),
                (json, hits) =>
                {
                    json.WriteStartObject();
                    json.WriteStartArray("hits");
                    foreach (var list in hits)
                        json.WriteHits(list.Select(hit => (hit.CorpusId, hit.Score)));
                    json.WriteEndArray();
                    json.WriteEndObject();
                },
                cancellationToken);
        });
        return command;
    }
}
