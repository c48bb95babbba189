using System.Diagnostics;
using LocalRag.Cli.Evaluation;
using LocalRag.Connectors.InMemory;
using LocalRag.Connectors.SentenceTransformers;
using LocalRag.Evaluation;

namespace LocalRag.Benchmarks.Quality;

/// <summary>Runs the searches over one labelled collection, one after another, and keeps a row for each.</summary>
internal sealed class QualityMeasurement
{
    private const int Candidates = 20;

    // Reranking costs in proportion to the questions; this many resolve what is reported.
    private const int RerankedQuestions = 200;

    private readonly RetrievalDataset _dataset;
    private readonly InformationRetrievalEvaluator _all, _first;
    private readonly InformationRetrievalOptions _options = new();
    private readonly List<QualityRow> _rows = [];
    private readonly List<(string, double)> _indexSeconds = [];

    public QualityMeasurement(RetrievalDataset dataset)
    {
        _dataset = dataset;
        _all = new(dataset, _options);
        _first = new(new(dataset.Corpus, [.. _all.Queries.Take(RerankedQuestions)], dataset.Relevant), _options);
    }

    public int QuestionCount => _all.Queries.Count;

    public IReadOnlyList<QualityRow> Rows => _rows;

    /// <summary>How long each index took to build, embedding included.</summary>
    public IReadOnlyList<(string Index, double Seconds)> IndexSeconds => _indexSeconds;

    /// <summary>Keywords alone, with words as they are and reduced to stems.</summary>
    public async Task KeywordsAsync()
    {
        foreach (var (name, analysis) in new[] { ("BM25", KeywordAnalysis.EnglishStopWords), ("BM25, Porter stems", KeywordAnalysis.English) })
        {
            using var collection = await IndexAsync(name, null, analysis);
            var (lists, time) = await TimeAsync(() => collection.SearchKeywordsAsync(Questions(_all), _options.Depth, default));
            Add(name, _all, lists, "bm25", time);
        }
    }

    /// <summary>A model alone, with keywords, and reranked.</summary>
    public async Task ModelAsync(string name, BiEncoder encoder, string rerankerName, CrossEncoder reranker)
    {
        using var collection = await IndexAsync(name, encoder, KeywordAnalysis.EnglishStopWords);
        var (lists, time) = await TimeAsync(() => collection.SearchVectorsAsync(Questions(_all), _options.Depth, default));
        Add(name, _all, lists, "cosine", time);

        var (hybrid, hybridTime) = await TimeAsync(() => collection.SearchHybridAsync(Questions(_all), default));
        Add($"hybrid: {name} + BM25", _all, hybrid, "hybrid", hybridTime);

        IReadOnlyList<string>[] first = [.. hybrid.Take(_first.Queries.Count)];
        var before = hybridTime * first.Length / hybrid.Count;
        Add($"hybrid: {name} + BM25", _first, first, "hybrid", before);
        var (scores, rerankTime) = await TimeAsync(() => collection.ScoreAsync(Questions(_first), first, reranker.AsReranker(), Candidates, progress: null, default));
        Add($"… + {rerankerName} alone", _first, Blend(null), "reranked", before + rerankTime);
        Add($"… + {rerankerName}, ranks blended 1 : {RankBlend.DefaultRerankWeight}", _first, Blend(RankBlend.DefaultRerankWeight), "reranked", before + rerankTime);

        IReadOnlyList<string>[] Blend(double? weight) => [.. first.Zip(scores, (list, results) => LabelledCollection.Blend(list, results, weight))];
    }

    private async Task<LabelledCollection> IndexAsync(string name, BiEncoder? encoder, KeywordAnalysis analysis)
    {
        var (collection, time) = await TimeAsync(() => LabelledCollection.CreateAsync(_dataset, encoder, analysis));
        _indexSeconds.Add((name, time.TotalSeconds));
        return collection;
    }

    private void Add(string search, InformationRetrievalEvaluator evaluator, IReadOnlyList<IReadOnlyList<string>> lists, string kind, TimeSpan time)
    {
        var row = new QualityRow(search, evaluator.Queries.Count, evaluator.Evaluate(lists, kind), time.TotalMilliseconds / evaluator.Queries.Count);
        _rows.Add(row);
        Console.WriteLine($"{row.Search}, {row.Questions} questions: nDCG@10 {row.Metric("ndcg@10"):F4}");
    }

    private static string[] Questions(InformationRetrievalEvaluator evaluator) => [.. evaluator.Queries.Select(query => query.Value)];

    private static async Task<(T Result, TimeSpan Time)> TimeAsync<T>(Func<Task<T>> run)
    {
        var start = Stopwatch.GetTimestamp();
        var result = await run();
        return (result, Stopwatch.GetElapsedTime(start));
    }
}
