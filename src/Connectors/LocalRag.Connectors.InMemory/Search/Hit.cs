namespace LocalRag.Connectors.InMemory;

/// <summary>A row and its key; higher keys are closer.</summary>
internal readonly record struct Hit(float Key, int Row);
