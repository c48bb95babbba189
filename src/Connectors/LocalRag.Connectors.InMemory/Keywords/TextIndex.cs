using System.Buffers;
using System.Collections.Concurrent;
using System.Runtime.InteropServices;

namespace LocalRag.Connectors.InMemory;

/// <summary>An inverted index over one text property, scored by BM25 as Lucene 9 computes it.</summary>
/// <remarks>
/// score = Σ idf · tf / (tf + k1 · (1 − b + b · length / average)), idf = ln(1 + (N − df + 0.5) / (df + 0.5)), k1 1.2, b 0.75.
/// N, df and the average are those of the live rows that the snapshot sees, exactly; a row without the property does not count.
/// </remarks>
internal sealed class TextIndex(Column<string?> texts, KeywordAnalyzer analyzer)
{
    private const float K1 = 1.2f;
    private const float B = 0.75f;

    private readonly ConcurrentDictionary<string, Postings> _terms = new(1, 31);
    private readonly Column<int> _lengths = new();
    private readonly List<string> _scratch = [];
    private readonly Dictionary<string, int> _counts = [];

    /// <summary>Of the live rows. Writer only; readers find theirs in the snapshot.</summary>
    public TextStatistics Statistics { get; private set; }

    public void Add(int row)
    {
        _lengths.EnsureCapacity(row + 1);
        if (texts[row] is not { } text)
        {
            _lengths[row] = -1;
            return;
        }

        _scratch.Clear();
        _counts.Clear();
        analyzer.Analyze(text, _scratch);
        foreach (var term in _scratch)
            CollectionsMarshal.GetValueRefOrAddDefault(_counts, term, out _)++;
        foreach (var (term, count) in _counts)
            _terms.GetOrAdd(term, static _ => new Postings()).Add(row, count);
        _lengths[row] = _scratch.Count;
        Statistics = new TextStatistics(Statistics.Rows + 1, Statistics.Tokens + _scratch.Count);
    }

    public void Remove(int row)
    {
        if (_lengths[row] >= 0)
            Statistics = new TextStatistics(Statistics.Rows - 1, Statistics.Tokens - _lengths[row]);
    }

    /// <summary>Scores the rows that hold any term of any keyword; the filter is asked before a row may rank.</summary>
    public void Search(Snapshot snapshot, TextStatistics statistics, IEnumerable<string> keywords, Func<int, bool>? filter, ref TopK best, CancellationToken cancellationToken)
    {
        var terms = new List<string>();
        foreach (var keyword in keywords)
            analyzer.Analyze(keyword, terms);
        if (terms.Count == 0 || snapshot.RowCount == 0)
            return;
        var rowCount = Math.Max(1, statistics.Rows);
        var average = Math.Max(1f, (float)((double)statistics.Tokens / rowCount));
        var scores = ArrayPool<float>.Shared.Rent(snapshot.RowCount);
        var touched = new List<int>();
        scores.AsSpan(0, snapshot.RowCount).Clear();
        try
        {
            // A term that the query repeats counts as often.
            foreach (var group in terms.GroupBy(static t => t, StringComparer.Ordinal))
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (_terms.TryGetValue(group.Key, out var postings))
                    Accumulate(snapshot, postings, group.Count(), rowCount, average, scores, touched);
            }

            foreach (var row in touched)
            {
                if (filter is null || filter(row))
                    best.Add(scores[row], row);
            }
        }
        finally
        {
            ArrayPool<float>.Shared.Return(scores);
        }
    }

    private void Accumulate(Snapshot snapshot, Postings postings, int boost, long rowCount, float average, float[] scores, List<int> touched)
    {
        var (rows, frequencies, count) = postings.Read();
        var live = ArrayPool<int>.Shared.Rent(Math.Max(1, count));
        var found = 0;
        for (var i = 0; i < count && rows[i] < snapshot.RowCount; i++)
        {
            if (snapshot.IsLive(rows[i]))
                live[found++] = i;
        }

        var idf = Math.Log(1 + Math.Max(0, rowCount - found + 0.5) / (found + 0.5));
        var weight = (float)(boost * idf);
        for (var i = 0; i < found; i++)
        {
            var row = rows[live[i]];
            float frequency = frequencies[live[i]];
            if (scores[row] == 0)
                touched.Add(row);
            scores[row] += weight * frequency / (frequency + K1 * (1 - B + B * _lengths[row] / average));
        }

        ArrayPool<int>.Shared.Return(live);
    }
}
