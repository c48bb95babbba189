namespace LocalRag.Connectors.SentenceTransformers.Tokenization;

/// <summary>Reads the key <c>added_tokens</c> of tokenizer.json.</summary>
internal static class AddedTokenReader
{
    /// <summary>Reads the tokens in file order. An id is the vocabulary's if it has the token, otherwise the next free one, as the library assigns them.</summary>
    public static List<AddedToken> Read(JsonValue root, Vocabulary vocabulary)
    {
        var tokens = new List<AddedToken>();
        if (!root.TryGet("added_tokens", out var list))
            return tokens;

        var assigned = new Dictionary<string, int>(StringComparer.Ordinal);
        var next = vocabulary.Count;
        foreach (var value in list.Items())
        {
            var content = value["content"].Text();
            if (content.Length == 0)
                continue;
            if (!vocabulary.TryGetId(content, out var id) && !assigned.TryGetValue(content, out id))
                id = next++;
            assigned[content] = id;
            tokens.Add(new(
                id,
                content,
                value["single_word"].Flag(),
                value["lstrip"].Flag(),
                value["rstrip"].Flag(),
                value["normalized"].Flag(),
                value["special"].Flag()));
        }

        return tokens;
    }
}
