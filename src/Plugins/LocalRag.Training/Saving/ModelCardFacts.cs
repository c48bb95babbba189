namespace LocalRag.Training.Saving;

/// <summary>What a model card says about the model itself.</summary>
internal sealed record ModelCardFacts(string Name, string Kind, string PipelineTag, string Architecture, string BaseModel, string Loss, int MaxTokens);
