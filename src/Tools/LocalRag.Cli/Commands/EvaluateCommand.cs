using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using LocalRag.Cli.Evaluation;
using LocalRag.Cli.Lines;
using LocalRag.Cli.Models;
using LocalRag.Connectors.InMemory;
using LocalRag.Connectors.SentenceTransformers;
using LocalRag.Evaluation;

namespace LocalRag.Cli.Commands;

/// <summary><c>localrag evaluate</c>: how well a search finds what answers labelled questions.</summary>
internal sealed class EvaluateCommand
{
    private const string None = "none";
    private const string RerankerAlone = "only";
    private const int Candidates = 20;

    private readonly Option<string> _corpus = File("--corpus", "The documents: {\"_id\", \"text\", \"title\"?} lines.");
    private readonly Option<string> _queries = File("--queries", "The questions: {\"_id\", \"text\"} lines.");
    private readonly Option<string> _qrels = File("--qrels", "Which documents answer which question: {\"query_id\", \"corpus_id\", \"score\"?} lines, or BEIR's table with the ending .tsv.");
    private readonly Option<string> _model = new("--model") { Description = $"Embeds the texts: {ModelArgument.Meaning}, or 'none' for keywords (BM25) alone.", HelpName = "MODEL", DefaultValueFactory = _ => "mini" };
    private readonly Option<string> _reranker = new("--reranker") { Description = $"Reorders the best documents: {ModelArgument.Meaning}, or 'none'.", HelpName = "MODEL", DefaultValueFactory = _ => None };
    private readonly Option<bool> _hybrid = new("--hybrid") { Description = "Fuse the search by vectors with the search by keywords." };
    private readonly Option<int?> _candidates = NumberOption.Create("--candidates", least: 1, $"How many documents per question the reranker reads. Default: {Candidates}.");
    private readonly Option<string?> _weight = new("--rerank-weight")
    {
        Description = $"Weight of the reranker's rank against the rank of the search, 0 or more, or '{RerankerAlone}' for the reranker's order alone. Default: {RankBlend.DefaultRerankWeight}.",
        HelpName = $"W|{RerankerAlone}",
    };

    private readonly Option<string> _name = new("--name") { Description = "First part of the names of the metrics.", HelpName = "NAME", DefaultValueFactory = _ => "eval" };
    private readonly Option<bool> _stem = new("--stem") { Description = "Reduce keywords to English (Porter) stems." };
    private readonly ToolStreams _streams;

    private EvaluateCommand(ToolStreams streams) => _streams = streams;

    public static Command Create(ToolStreams streams)
    {
        var options = new EvaluateCommand(streams);
        var command = new Command("evaluate", "Measures a search on labelled questions and writes the metrics of its last stage as one JSON object, named as sentence-transformers names them: {name}_{kind}_{metric}@{k}, kind cosine, dot, bm25, hybrid or reranked.")
        {
            options._corpus, options._queries, options._qrels, options._model, options._reranker, options._hybrid, options._candidates, options._weight, options._name, options._stem,
        };
        command.Validators.Add(result =>
        {
            if (result.GetValue(options._hybrid) && result.GetValue(options._model) == None)
                result.AddError("--hybrid fuses keywords with vectors and needs a --model; with --model none it cannot act.");
        });
        options._weight.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && !IsWeight(token.Value, out _))
                result.AddError($"--rerank-weight is '{token.Value}'; expected a number of 0 or more, or '{RerankerAlone}'.");
        });
        command.SetAction(options.RunAsync);
        return command;
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var dataset = RetrievalDataset.Load(parsed.GetRequiredValue(_corpus), parsed.GetRequiredValue(_queries), parsed.GetRequiredValue(_qrels));
        var options = new InformationRetrievalOptions { Name = parsed.GetRequiredValue(_name) };
        var evaluator = new InformationRetrievalEvaluator(dataset, options);
        var (model, reranker) = (parsed.GetRequiredValue(_model), parsed.GetRequiredValue(_reranker));
        using var encoder = model == None ? null : await ModelArgument.LoadBiEncoderAsync(model, new(), _streams, cancellationToken).ConfigureAwait(false);
        using var pairs = reranker == None ? null : await ModelArgument.LoadCrossEncoderAsync(reranker, new(), _streams, cancellationToken).ConfigureAwait(false);
        var (lists, kind) = await SearchAsync(parsed, dataset, evaluator, options.Depth, encoder, pairs, cancellationToken).ConfigureAwait(false);
        await _streams.WriteLineAsync(JsonSerializer.Serialize(evaluator.Evaluate(lists, kind)), cancellationToken).ConfigureAwait(false);
        return 0;
    }

    private async Task<(IReadOnlyList<IReadOnlyList<string>> Lists, string Kind)> SearchAsync(
        ParseResult parsed, RetrievalDataset dataset, InformationRetrievalEvaluator evaluator, int depth, BiEncoder? encoder, CrossEncoder? pairs, CancellationToken cancellationToken)
    {
        var analysis = parsed.GetValue(_stem) ? KeywordAnalysis.English : KeywordAnalysis.EnglishStopWords;
        string[] questions = [.. evaluator.Queries.Select(query => query.Value)];
        using var progress = new LineProgress(_streams);
        using var collection = await LabelledCollection.CreateAsync(dataset, encoder, analysis, progress.Report, cancellationToken).ConfigureAwait(false);
        var (lists, kind) = (encoder, parsed.GetValue(_hybrid)) switch
        {
            (null, _) => (await collection.SearchKeywordsAsync(questions, depth, cancellationToken).ConfigureAwait(false), "bm25"),
            (_, true) => (await collection.SearchHybridAsync(questions, cancellationToken).ConfigureAwait(false), "hybrid"),
            _ => (await collection.SearchVectorsAsync(questions, depth, cancellationToken).ConfigureAwait(false), encoder.SimilarityFunction.ToString().ToLowerInvariant()),
        };
        if (pairs is null)
            return (lists, kind);
        double? weight = RankBlend.DefaultRerankWeight;
        if (parsed.GetValue(_weight) is { } text)
            IsWeight(text, out weight);
        return (await collection.RerankAsync(questions, lists, pairs.AsReranker(), parsed.GetValue(_candidates) ?? Candidates, weight, progress.Report, cancellationToken).ConfigureAwait(false), "reranked");
    }

    /// <summary>Reads a weight; "only" is none.</summary>
    private static bool IsWeight(string text, out double? weight)
    {
        weight = double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : null;
        return text == RerankerAlone || weight is >= 0 and < double.PositiveInfinity;
    }

    private static Option<string> File(string name, string description) => new(name) { Description = description, HelpName = "FILE", Required = true };
}
