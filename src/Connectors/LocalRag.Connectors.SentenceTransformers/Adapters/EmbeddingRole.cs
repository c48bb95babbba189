namespace LocalRag.Connectors.SentenceTransformers;

/// <summary>What the texts of an embedding generator are, which decides the model's prompt.</summary>
public enum EmbeddingRole
{
    /// <summary>Passages that are searched: the first of the prompts <c>document</c>, <c>passage</c> and <c>corpus</c> that the model has.</summary>
    Document,

    /// <summary>Questions: the prompt <c>query</c> where the model has it.</summary>
    Query,
}
