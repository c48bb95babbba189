namespace LocalRag;

/// <summary>Names the space that a generator's vectors live in: vectors of two spaces cannot be compared, whatever their dimensions.</summary>
/// <remarks>
/// Ask an embedding generator for it with <c>GetService(typeof(VectorSpace))</c>. Local models derive it from a hash of
/// weights, tokenizer, modules and output dimensions; prompts and batching do not change it. For a foreign generator it is
/// <c>provider/model/dimensions</c> from its metadata.
/// </remarks>
/// <param name="Id">The identifier; equal identifiers mean comparable vectors.</param>
public sealed record VectorSpace(string Id);
