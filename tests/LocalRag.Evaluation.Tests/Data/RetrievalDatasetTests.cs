using LocalRag.Testing;

namespace LocalRag.Evaluation.Tests.Data;

public sealed class RetrievalDatasetTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("localrag-eval");

    public void Dispose() => _folder.Delete(recursive: true);

    private string Write(string name, string text)
    {
        var path = Path.Combine(_folder.FullName, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
        return path;
    }

    [Fact]
    public void Cranfield_is_read_with_its_empty_documents()
    {
        var dataset = RetrievalDataset.Load(
            TestFiles.Golden("cranfield", "corpus.jsonl"), TestFiles.Golden("cranfield", "queries.jsonl"), TestFiles.Golden("cranfield", "qrels.jsonl"));

        Assert.Equal(225, dataset.Queries.Count);
        Assert.Equal(2, dataset.Corpus.Count(d => d.Value.Length == 0));
        Assert.Equal(225, new InformationRetrievalEvaluator(dataset).Queries.Count);
    }

    [Fact]
    public void BEIR_folders_are_read_with_titles_and_graded_judgements()
    {
        Write("corpus.jsonl", """
            {"_id": "d1", "title": "Cats", "text": "They purr."}
            {"_id": "d2", "title": "", "text": "Dogs bark."}

            """);
        Write("queries.jsonl", """{"_id": "q1", "text": "purr"}""");
        Write("qrels/test.tsv", "query-id\tcorpus-id\tscore\nq1\td1\t2\nq1\td2\t0\n");

        var dataset = RetrievalDataset.LoadBeir(_folder.FullName);

        Assert.Equal(["Cats They purr.", "Dogs bark."], dataset.Corpus.Select(d => d.Value));
        Assert.Equal(["d1"], dataset.Relevant["q1"]);
    }

    [Theory]
    [InlineData("{\"_id\": \"a\", \"text\": \"x\"}\nnonsense", "line 2: not valid JSON")]
    [InlineData("{\"text\": \"x\"}", "line 1: \"_id\" is missing")]
    [InlineData("{\"_id\": \"a\"}", "line 1: \"text\" is missing")]
    [InlineData("[1]", "line 1: expected a JSON object")]
    [InlineData("{\"_id\": \"a\", \"text\": \"x\"}\n{\"_id\": \"a\", \"text\": \"y\"}", "line 2: the id 'a' was used before")]
    public void A_bad_line_is_told_with_its_number(string corpus, string expected)
    {
        var path = Write("c.jsonl", corpus);

        var error = Assert.Throws<InvalidDataException>(() => RetrievalDataset.Load(path, path, path));
        Assert.Contains(expected, error.Message);
        Assert.Contains(path, error.Message);
    }

    [Fact]
    public void A_bad_row_of_a_table_is_told_with_its_number()
    {
        var texts = Write("t.jsonl", """{"_id": "a", "text": "x"}""");
        var table = Write("q.tsv", "query-id\tcorpus-id\tscore\na\ta\n");

        Assert.Contains("line 2: expected three columns", Assert.Throws<InvalidDataException>(() => RetrievalDataset.Load(texts, texts, table)).Message);
    }

    [Fact]
    public void A_missing_file_is_told_by_name()
    {
        var error = Assert.Throws<FileNotFoundException>(() => RetrievalDataset.LoadBeir(_folder.FullName));
        Assert.Contains("corpus.jsonl", error.Message);
    }
}
