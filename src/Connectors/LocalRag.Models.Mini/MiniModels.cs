namespace LocalRag.Models.Mini;

/// <summary>Where the embedded models lie at run time: <c>models/localrag-mini-*</c> beside the application.</summary>
/// <remarks>The properties only compose paths; they neither open nor check a file. Safe for concurrent use.</remarks>
public static class MiniModels
{
    /// <summary>The name by which tools address the embedded models: <c>mini</c>.</summary>
    public const string Name = "mini";

    /// <summary>Directory of <c>localrag-mini-bi</c>: 256-dimensional normalised sentence vectors, 192 tokens at most.</summary>
    public static string BiEncoderDirectory { get; } = Path.Combine(AppContext.BaseDirectory, "models", "localrag-mini-bi");

    /// <summary>Directory of <c>localrag-mini-ce</c>: one relevance logit for a query and a passage, 192 tokens at most for both together.</summary>
    public static string CrossEncoderDirectory { get; } = Path.Combine(AppContext.BaseDirectory, "models", "localrag-mini-ce");
}
