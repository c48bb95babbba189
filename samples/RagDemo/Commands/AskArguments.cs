namespace RagDemo.Commands;

/// <summary>What was asked on the command line.</summary>
internal sealed record AskArguments(string Question, bool Json, int? TopK, int? Candidates, bool? Rerank);
