namespace LocalRag.Plugins.Retrieval.Answering;

/// <summary>A place in the documents that the answer rests on.</summary>
/// <param name="N">Number of the passage, from 1, as it stands in brackets in the text.</param>
/// <param name="PassageId">Key of the passage.</param>
/// <param name="Start">First character of the quote in the document's text.</param>
/// <param name="End">One past its last character.</param>
/// <param name="Quote">The words there.</param>
/// <param name="Support">The reranker's score of the sentence for the question (extractive) or of the passage for the sentence (chat model); null without a reranker.</param>
public sealed record AnswerCitation(int N, string PassageId, int Start, int End, string Quote, double? Support);
