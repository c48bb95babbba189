using LocalRag.Connectors.SentenceTransformers;
using LocalRag.Testing;

namespace LocalRag.Training.Tests.FineTune;

/// <summary>Question and passage lists made from the project's documentation, split by section: one part is trained on, the other is held out.</summary>
internal sealed class DocumentationTask
{
    private const int Negatives = 9;
    private const int FirstList = 20;
    private readonly List<DocumentationPassage> _passages = DocumentationPassage.ReadAll(TestFiles.RepositoryRoot);
    private readonly KeywordScores _keywords;

    public DocumentationTask()
    {
        _keywords = new(_passages.Select(p => p.Text));
        (string, string[])[] lists = [.. HeldOutLists()];
        new Random(5).Shuffle(lists);
        HeldOut = lists[..Math.Min(lists.Length, 400)];
    }

    /// <summary>Held-out questions, each with its right passage first and nine others of the first twenty that BM25 finds among the held-out ones.</summary>
    public IReadOnlyList<(string Question, string[] Passages)> HeldOut { get; }

    /// <summary>Mean reciprocal rank of the right passage; a tie counts against it.</summary>
    public double Mrr(Func<string, string[], IEnumerable<double>> score) => HeldOut.Average(list =>
    {
        double[] scores = [.. score(list.Question, list.Passages)];
        return 1.0 / scores.Count(s => s >= scores[0]);
    });

    /// <summary>Mean reciprocal rank by BM25 itself.</summary>
    public double KeywordMrr() => Mrr((question, passages) => passages.Select(p => _keywords.Score(question, p)));

    /// <summary>
    /// Training lists: words, phrases and sentences of a passage as the question; the passage, one that shares words and random ones as
    /// documents; labelled by a teacher that adds the bi-encoder's cosine and BM25. All are cut short, so that many fit into the time.
    /// </summary>
    public List<InputExample> TrainingLists(BiEncoder teacher, int count, int seed)
    {
        const int documents = 8, words = 14;
        var random = new Random(seed);
        int[] rows = [.. Enumerable.Range(0, _passages.Count).Where(row => !IsHeldOut(row))];
        var lists = new List<string[]>();
        while (lists.Count < count)
        {
            int right = rows[random.Next(rows.Length)];
            if (Question(_passages[right], words, random) is not var (question, passage))
            {
                continue;
            }

            int[] similar = [.. _keywords.Search(question, row => !IsHeldOut(row) && row != right).Take(FirstList)];
            int[] others = [.. (similar.Length > 0 ? [similar[random.Next(similar.Length)]] : Array.Empty<int>()).Concat(random.GetItems(rows, documents)).Where(row => row != right).Take(documents - 1)];
            lists.Add([question, passage, .. others.Select(row => Cut(_passages[row].Text, words, random))]);
        }

        float[][] vectors = teacher.Encode([.. lists.SelectMany(list => list)]);
        return [.. lists.Select((list, i) => new InputExample(list, Teach(list, vectors.AsSpan(i * (documents + 1), documents + 1))))];
    }

    /// <summary>12 times the cosine and 4 times BM25's share of its best: the weights of the embedded reranker's own teacher.</summary>
    private float[] Teach(string[] list, ReadOnlySpan<float[]> vectors)
    {
        double[] keywords = [.. list[1..].Select(text => _keywords.Score(list[0], text))];
        double best = Math.Max(keywords.Max(), 1e-6);
        float[] labels = new float[keywords.Length];
        for (int i = 0; i < labels.Length; i++)
        {
            labels[i] = (float)((12 * Dot(vectors[0], vectors[i + 1])) + (4 * keywords[i] / best));
        }

        return labels;
    }

    /// <summary>A question of one of four kinds and its passage; null where the passage is too short for that kind.</summary>
    private static (string Question, string Passage)? Question(DocumentationPassage source, int length, Random random)
    {
        string passage = Cut(source.Text, length, random);
        string[] words = passage.Split(' ');
        switch (random.Next(4))
        {
            case 0: // A few of its words.
                string[] telling = [.. words.Where(word => word.Length > 2 && !KeywordScores.IsStopWord(word))];
                random.Shuffle(telling);
                return telling.Length < 5 ? null : (string.Join(' ', telling.Take(random.Next(2, 5))), passage);
            case 1: // A phrase.
                int size = random.Next(3, 7);
                return words.Length < size + 5 ? null : (string.Join(' ', words.Skip(random.Next(words.Length - size)).Take(size)), passage);
            case 2: // Every other word.
                return words.Length < 6 ? null : (string.Join(' ', words.Where(_ => random.Next(2) == 0)) + ".", passage);
            default: // A sentence that is taken out of it.
                string[] sentences = source.Sentences;
                int taken = random.Next(sentences.Length);
                string rest = string.Join(' ', sentences.Where((_, i) => i != taken));
                return rest.Count(c => c == ' ') < 5 ? null : (sentences[taken], Cut(rest, length, random));
        }
    }

    private IEnumerable<(string Question, string[] Passages)> HeldOutLists()
    {
        var random = new Random(3);
        for (int row = 0; row < _passages.Count; row++)
        {
            if (!IsHeldOut(row))
            {
                continue;
            }

            var passage = _passages[row];
            string rest = string.Join(' ', passage.Sentences.Skip(1));
            string[] telling = [.. passage.Words.Where(word => word.Length > 3 && !KeywordScores.IsStopWord(word))];
            random.Shuffle(telling);
            // By its title, by its first sentence, and by a few of its words, as people type them into a search box.
            foreach (var (question, text) in new[] { (passage.Title, passage.Text), (passage.Sentences[0], rest), (string.Join(' ', telling.Take(3)), passage.Text) })
            {
                int[] found = [.. _keywords.Search(question, other => IsHeldOut(other) && _passages[other].Title != passage.Title).Take(FirstList)];
                random.Shuffle(found);
                // A question that shares no word with its passage asks for knowledge that no small run gives.
                if (found.Length >= Negatives && text.Count(c => c == ' ') > 6 && _keywords.Score(question, text) > 0)
                {
                    yield return (question, [text, .. found.Take(Negatives).Select(other => _passages[other].Text)]);
                }
            }
        }
    }

    /// <summary>Three sections in ten, by their names alone: a section that is added or removed leaves the others where they are.</summary>
    private bool IsHeldOut(int row) => _passages[row].Section.Aggregate(17, (hash, c) => unchecked((hash * 31) + c)) % 10 is 0 or 3 or -3 or 6 or -6;

    private static string Cut(string text, int length, Random random)
    {
        string[] words = text.Split(' ');
        return words.Length <= length ? text : string.Join(' ', words.Skip(random.Next(words.Length - length + 1)).Take(length));
    }

    public static double Dot(float[] a, float[] b) => a.Zip(b, (x, y) => (double)x * y).Sum();
}
