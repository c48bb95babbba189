using System.ComponentModel;
using Microsoft.SemanticKernel;

namespace LocalRag.Plugins.Retrieval.Answering;

/// <summary>The passages of one answer under the numbers that the chat model knows, and the function with which it finds more of them.</summary>
internal sealed class ModelSearch
{
    private const int BudgetPerSearch = 1500;

    private readonly Func<string, CancellationToken, Task<IReadOnlyList<RetrievalHit<Passage>>>> _retrieve;
    private readonly int _maxSearches;
    private readonly Lock _gate = new();
    private readonly List<AnswerPassage> _passages;
    private readonly List<string> _queries = [];
    private readonly Dictionary<int, int> _indexOf;

    public ModelSearch(
        PromptContext context,
        IReadOnlyList<AnswerPassage> passages,
        Func<string, CancellationToken, Task<IReadOnlyList<RetrievalHit<Passage>>>> retrieve,
        int maxSearches)
    {
        Context = context;
        _passages = [.. passages];
        _indexOf = context.Citations.ToDictionary(c => c.Number, c => c.HitIndex);
        _retrieve = retrieve;
        _maxSearches = maxSearches;
    }

    /// <summary>The passages that the model is given with the question.</summary>
    public PromptContext Context { get; }

    /// <summary>All passages that the model has seen or could have: those of the question, then what it found itself.</summary>
    public IReadOnlyList<AnswerPassage> Passages => _passages;

    /// <summary>Position in <see cref="Passages"/> for each number that the model was told.</summary>
    public IReadOnlyDictionary<int, int> IndexOf => _indexOf;

    /// <summary>What the model searched for; null where it did not.</summary>
    public IReadOnlyList<string>? Queries => _queries.Count == 0 ? null : _queries;

    /// <summary>A kernel with the function; null where the model may not search.</summary>
    public Kernel? CreateKernel()
    {
        if (_maxSearches == 0)
        {
            return null;
        }

        var kernel = new Kernel();
        kernel.Plugins.AddFromFunctions("documents", [KernelFunctionFactory.CreateFromMethod(
            SearchAsync, "search", "Searches the user's documents for further passages. Use it when the passages at hand do not hold the answer.")]);
        return kernel;
    }

    private async Task<string> SearchAsync([Description("What to look for, as a full question.")] string query, CancellationToken cancellationToken)
    {
        if (string.IsNullOrWhiteSpace(query))
        {
            return "The query is empty. Say what to look for.";
        }

        lock (_gate)
        {
            if (_queries.Count == _maxSearches)
            {
                return "No further search is possible. Answer from the passages at hand.";
            }

            _queries.Add(query.Trim());
        }

        var found = await _retrieve(query.Trim(), cancellationToken).ConfigureAwait(false);

        // A model may call the function several times at once; numbers must not be given out twice.
        lock (_gate)
        {
            return Add(found);
        }
    }

    private string Add(IReadOnlyList<RetrievalHit<Passage>> found)
    {
        var known = _passages.Select((p, i) => (p.PassageId, i)).ToDictionary(p => p.PassageId, p => p.i, StringComparer.Ordinal);
        RetrievalHit<Passage>[] fresh = [.. found.Where(h => !known.ContainsKey(h.Record.Id))];
        var before = _passages.Count;
        var more = PromptContext.Create(fresh, new() { MaxTokens = BudgetPerSearch }, _indexOf.Count + 1);
        _passages.AddRange(fresh.Select(AnswerPassage.From));
        foreach (var citation in more.Citations)
        {
            _indexOf[citation.Number] = before + citation.HitIndex;
        }

        var shown = _indexOf.Where(n => n.Value < before && found.Any(h => h.Record.Id == _passages[n.Value].PassageId)).Select(n => $"[{n.Key}]").ToArray();
        var again = shown.Length == 0 ? "" : $"Found again: {string.Join(' ', shown)}.";
        return more.Text.Length > 0 ? $"{more.Text}\n{again}".TrimEnd() : again.Length > 0 ? again : "Nothing was found.";
    }
}
