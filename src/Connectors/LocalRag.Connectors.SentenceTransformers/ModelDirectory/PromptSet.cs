namespace LocalRag.Connectors.SentenceTransformers.ModelDirectory;

/// <summary>The prompts of a loaded model, and which one a call means.</summary>
internal sealed class PromptSet
{
    private readonly Dictionary<string, string> _prompts;
    private readonly bool _lowercases;

    public PromptSet(ModelManifest manifest, SentenceTransformerOptions options)
    {
        _lowercases = manifest.LowercasesFirst;
        _prompts = new(manifest.Prompts, StringComparer.Ordinal);
        if (options.Prompts is not null)
        {
            foreach (var (name, text) in options.Prompts)
                _prompts[name] = text;
        }

        DefaultName = options.DefaultPromptName ?? manifest.DefaultPromptName;
        if (DefaultName is not null && !_prompts.ContainsKey(DefaultName))
            throw new ArgumentException($"DefaultPromptName is '{DefaultName}'; expected {Known}.", nameof(options));
    }

    public IReadOnlyDictionary<string, string> All => _prompts;

    public string? DefaultName { get; }

    private string Known => _prompts.Count == 0 ? "none, as the model has no prompts" : $"one of {string.Join(", ", _prompts.Keys)}";

    /// <summary>The text of an ad-hoc prompt, else of a named one, else of the default.</summary>
    public string Resolve(string? prompt, string? name)
    {
        if (prompt is not null)
            return prompt;
        if ((name ?? DefaultName) is not { } wanted)
            return "";
        return _prompts.TryGetValue(wanted, out var text) ? text : throw new ArgumentException($"PromptName is '{wanted}'; expected {Known}.", nameof(name));
    }

    /// <summary>The text as it is tokenized: behind the prompt, in lower case where the model wants it.</summary>
    public string Prepare(string prompt, string text)
    {
        var whole = prompt.Length == 0 ? text : prompt + text;
        return _lowercases ? whole.ToLowerInvariant() : whole;
    }

    /// <summary>The prompt for questions: <c>query</c> where the model has it.</summary>
    public string? QueryName => _prompts.ContainsKey("query") ? "query" : DefaultName;

    /// <summary>The prompt for passages: the first that is not empty of <c>document</c>, <c>passage</c> and <c>corpus</c>.</summary>
    public string? DocumentName
    {
        get
        {
            foreach (var name in new[] { "document", "passage", "corpus" })
            {
                if (_prompts.TryGetValue(name, out var text) && text.Length > 0)
                    return name;
            }

            return DefaultName;
        }
    }
}
