namespace LocalRag.Evaluation;

/// <summary>Labelled questions over a collection: texts by id, and which documents answer which question.</summary>
/// <remarks>Immutable; the documents keep the order of the file, and with it the order of equal scores.</remarks>
public sealed class RetrievalDataset
{
    /// <summary>Creates a dataset.</summary>
    /// <param name="corpus">The documents by id, in order.</param>
    /// <param name="queries">The questions by id, in order.</param>
    /// <param name="relevant">For each question the ids of the documents that answer it.</param>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    public RetrievalDataset(
        IReadOnlyList<KeyValuePair<string, string>> corpus,
        IReadOnlyList<KeyValuePair<string, string>> queries,
        IReadOnlyDictionary<string, IReadOnlySet<string>> relevant)
    {
        ArgumentNullException.ThrowIfNull(corpus);
        ArgumentNullException.ThrowIfNull(queries);
        ArgumentNullException.ThrowIfNull(relevant);
        Corpus = corpus;
        Queries = queries;
        Relevant = relevant;
    }

    /// <summary>The documents: id and text (title and text joined by a blank where both are given).</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Corpus { get; }

    /// <summary>The questions: id and text.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Queries { get; }

    /// <summary>Ids of the documents that answer a question, by the question's id.</summary>
    public IReadOnlyDictionary<string, IReadOnlySet<string>> Relevant { get; }

    /// <summary>Reads three JSON Lines files: <c>{"_id", "text", "title"?}</c> twice, and <c>{"query_id", "corpus_id", "score"?}</c>.</summary>
    /// <param name="corpusPath">The documents.</param>
    /// <param name="queriesPath">The questions.</param>
    /// <param name="qrelsPath">The judgements; a file that ends in <c>.tsv</c> is read as BEIR's table. A score of 0 or less means not relevant.</param>
    /// <exception cref="InvalidDataException">A line is not what was expected; the message names file, line and reason.</exception>
    public static RetrievalDataset Load(string corpusPath, string queriesPath, string qrelsPath) =>
        new(DatasetFile.ReadTexts(corpusPath), DatasetFile.ReadTexts(queriesPath), DatasetFile.ReadJudgements(qrelsPath));

    /// <summary>Reads a folder in BEIR's format: <c>corpus.jsonl</c>, <c>queries.jsonl</c>, <c>qrels/SPLIT.tsv</c>.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="split">The judgements to use: <c>test</c>, <c>dev</c>, <c>train</c>.</param>
    /// <exception cref="FileNotFoundException">One of the three files is missing.</exception>
    /// <exception cref="InvalidDataException">A line is not what was expected; the message names file, line and reason.</exception>
    public static RetrievalDataset LoadBeir(string folder, string split = "test")
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(folder);
        ArgumentException.ThrowIfNullOrWhiteSpace(split);
        return Load(Path.Combine(folder, "corpus.jsonl"), Path.Combine(folder, "queries.jsonl"), Path.Combine(folder, "qrels", split + ".tsv"));
    }
}
