namespace LocalRag.Plugins.Ingestion.Chunking;

/// <summary>The smallest unit a chunker moves around: a block that fits, or a sentence, line or run of words of one that does not.</summary>
internal readonly record struct TextPiece(int Start, int End, int Tokens, TextBlock Block);
