using System.Globalization;
using System.Text.RegularExpressions;

namespace LocalRag.Plugins.Retrieval.Answering;

/// <summary>Checks the numbers that a chat model wrote: unknown ones are struck, known ones get the sentence of their passage that says the same.</summary>
internal sealed partial class CitationCheck(IReranker? reranker, IReadOnlyList<AnswerPassage> passages)
{
    /// <param name="text">What the model wrote.</param>
    /// <param name="passageOf">Index of the passage for each number of the prompt; numbers outside are unknown.</param>
    /// <param name="cancellationToken">Passed on to the reranker.</param>
    public async Task<WrittenAnswer> CheckAsync(string text, IReadOnlyDictionary<int, int> passageOf, CancellationToken cancellationToken)
    {
        var citations = new List<AnswerCitation>();
        var clean = Mark().Replace(text, mark => passageOf.ContainsKey(Number(mark)) ? $"[{passageOf[Number(mark)] + 1}]" : "");
        foreach (var range in SentenceSplitter.Split(clean))
        {
            var sentence = clean[range];
            var marks = Mark().Matches(sentence);
            var words = Mark().Replace(sentence, "").Trim();

            // A mark may stand behind the full stop and so begin the next "sentence": it belongs to the words before it.
            foreach (var index in marks.Select(m => Number(m) - 1).Distinct())
            {
                citations.Add(await CiteAsync(words.Length > 0 ? words : clean, index, cancellationToken).ConfigureAwait(false));
            }
        }

        return new(clean, citations);
    }

    private static int Number(Match mark) => int.Parse(mark.Groups[1].ValueSpan, CultureInfo.InvariantCulture);

    private async Task<AnswerCitation> CiteAsync(string statement, int index, CancellationToken cancellationToken)
    {
        var passage = passages[index];
        Range[] sentences = [.. SentenceSplitter.Split(passage.Text)];
        if (sentences.Length == 0)
        {
            return new(index + 1, passage.PassageId, passage.Start, passage.End, passage.Text, null);
        }

        var best = 0;
        double? support = null;
        if (reranker is not null)
        {
            var ranked = await reranker.RerankAsync(statement, [.. sentences.Select(s => passage.Text[s])], new() { TopK = 1 }, cancellationToken).ConfigureAwait(false);
            if (ranked.Count > 0)
            {
                best = ranked[0].Index;
                support = ranked[0].Score;
            }
        }

        var (offset, length) = sentences[best].GetOffsetAndLength(passage.Text.Length);
        return new(index + 1, passage.PassageId, passage.Start + offset, passage.Start + offset + length, passage.Text[sentences[best]], support);
    }

    [GeneratedRegex(@"\[(\d{1,4})\]", RegexOptions.CultureInvariant)]
    private static partial Regex Mark();
}
