namespace LocalRag.Plugins.Retrieval.Answering;

/// <summary>Answers with the sentences of the passages that the reranker likes best, word for word.</summary>
internal sealed class ExtractiveAnswer(IReranker? reranker, int maxSentences)
{
    // A sentence of the best passage is preferred to an equal one further down: each place costs this share of its score.
    private const double PlaceDiscount = 0.05;

    // Further sentences must come near the best one, or they dilute it.
    private const double ShareOfBest = 0.85;

    // Beyond these, reading on finds nothing better and costs time.
    private const int MaxPassages = 5;
    private const int MaxCandidates = 64;

    public async Task<WrittenAnswer> WriteAsync(string question, IReadOnlyList<AnswerPassage> passages, CancellationToken cancellationToken)
    {
        var candidates = Candidates(passages);
        if (candidates.Count == 0)
        {
            return new("", []);
        }

        var scores = await ScoreAsync(question, passages, candidates, cancellationToken).ConfigureAwait(false);
        var order = Enumerable.Range(0, candidates.Count)
            .OrderByDescending(i => Discounted(scores[i], candidates[i].PassageIndex))
            .ToArray();
        var chosen = Choose(order, candidates, scores);

        // The best sentence leads; the others follow in the order in which a reader of the documents would meet them.
        var best = chosen[0];
        var inOrder = chosen.Skip(1).OrderBy(i => i).Prepend(best);
        var citations = inOrder.Select(i => Cite(candidates[i], passages, reranker is null ? null : scores[i])).ToArray();
        return new(string.Join(Environment.NewLine, citations.Select(c => $"{Shown(c.Quote)} [{c.N}]")), citations);
    }

    private List<int> Choose(int[] order, List<SentenceCandidate> candidates, double[] scores)
    {
        var chosen = new List<int> { order[0] };
        foreach (var i in order.Skip(1))
        {
            if (chosen.Count == maxSentences || scores[i] < ShareOfBest * scores[order[0]])
            {
                break;
            }

            if (!chosen.Any(c => SameWords(candidates[c].Text, candidates[i].Text)))
            {
                chosen.Add(i);
            }
        }

        return chosen;
    }

    private async Task<double[]> ScoreAsync(
        string question, IReadOnlyList<AnswerPassage> passages, List<SentenceCandidate> candidates, CancellationToken cancellationToken)
    {
        if (reranker is null)
        {
            var asked = Words(question);
            return [.. candidates.Select(c => asked.Count == 0 ? 0 : (double)Words(c.Text).Count(asked.Contains) / asked.Count)];
        }

        // A sentence is read under its heading, as its passage was: alone it often does not say what it is about.
        string[] texts = [.. candidates.Select(c => passages[c.PassageIndex] is var p && (p.HeadingPath ?? p.Title) is { Length: > 0 } context ? $"{context}\n{c.Text}" : c.Text)];
        var scores = new double[candidates.Count];
        foreach (var result in await reranker.RerankAsync(question, texts, cancellationToken: cancellationToken).ConfigureAwait(false))
        {
            scores[result.Index] = result.Score;
        }

        // Models that give raw logits have negative scores, of which a share means nothing; the logistic function keeps the order.
        return scores.Any(s => s is < 0 or > 1) ? [.. scores.Select(s => 1 / (1 + Math.Exp(-s)))] : scores;
    }

    private static double Discounted(double score, int place) => score * (1 - PlaceDiscount * place);

    private static List<SentenceCandidate> Candidates(IReadOnlyList<AnswerPassage> passages)
    {
        var candidates = new List<SentenceCandidate>();
        for (var p = 0; p < Math.Min(passages.Count, MaxPassages); p++)
        {
            var text = passages[p].Text;
            var sentences = SentenceSplitter.Split(text);
            for (var s = 0; s < sentences.Count && candidates.Count < MaxCandidates; s++)
            {
                var range = sentences[s];

                // "Do this:" is half a sentence; the list item or the code behind it is the other half.
                if (text[range].EndsWith(':') && s + 1 < sentences.Count)
                {
                    range = range.Start..sentences[s + 1].End;
                }

                if (Answers(text[range]))
                {
                    candidates.Add(new(p, range, text[range]));
                }
            }
        }

        return candidates;
    }

    // Headings name a topic and rules of tables say nothing; what has no three words answers no question.
    private static bool Answers(string sentence) =>
        sentence[0] != '#' && sentence.Any(char.IsLetter) && !(sentence[0] == '|' && sentence.All(c => c is '|' or '-' or ':' or ' ')) && Words(sentence).Count >= 3;

    private static AnswerCitation Cite(SentenceCandidate candidate, IReadOnlyList<AnswerPassage> passages, double? support)
    {
        var passage = passages[candidate.PassageIndex];
        var (offset, length) = candidate.Range.GetOffsetAndLength(passage.Text.Length);
        return new(candidate.PassageIndex + 1, passage.PassageId, passage.Start + offset, passage.Start + offset + length, candidate.Text, support);
    }

    private static string Shown(string quote) => quote.Contains("```", StringComparison.Ordinal) ? quote + Environment.NewLine : string.Join(' ', quote.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    private static bool SameWords(string first, string second)
    {
        var a = Words(first);
        var b = Words(second);
        var shared = a.Count(b.Contains);
        return shared >= 0.8 * Math.Min(a.Count, b.Count);
    }

    private static HashSet<string> Words(string text) =>
        text.Split([' ', '\n', '\r', '\t', '.', ',', ';', ':', '?', '!', '"', '(', ')', '`', '*', '|', '#', '/', '-'], StringSplitOptions.RemoveEmptyEntries)
            .ToHashSet(StringComparer.OrdinalIgnoreCase);
}
