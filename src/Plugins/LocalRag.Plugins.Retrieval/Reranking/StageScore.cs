namespace LocalRag.Plugins.Retrieval;

/// <summary>Where one stage of a search placed a hit.</summary>
/// <param name="Rank">Position in the stage's list, from 0.</param>
/// <param name="Score">The stage's own score on the stage's own scale; null where the stage does not tell it.</param>
public readonly record struct StageScore(int Rank, double? Score);
