namespace LocalRag.Connectors.SentenceTransformers.Tokenization;

/// <summary>Reads <c>{"String": …}</c> and <c>{"Regex": …}</c>.</summary>
internal static class PatternReader
{
    public static TextPattern Read(JsonValue value)
    {
        if (value.TryGet("String", out var literal))
            return new LiteralPattern(literal.Text());
        if (!value.TryGet("Regex", out var regex))
            throw value.Unsupported("an object with the key \"String\" or \"Regex\"");
        try
        {
            return new RegexPattern(regex.Text());
        }
        catch (FormatException e)
        {
            throw regex.Unsupported($"regular expressions without look-behind of varying length, back references, POSIX brackets and script properties; {e.Message}");
        }
    }
}
