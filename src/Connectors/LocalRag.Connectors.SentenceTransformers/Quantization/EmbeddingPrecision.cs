namespace LocalRag.Connectors.SentenceTransformers;

#pragma warning disable CA1720 // The members are named as the precisions are everywhere else.
/// <summary>How the components of a vector are stored; 32-bit floats are what <c>Encode</c> returns.</summary>
public enum EmbeddingPrecision
{
    /// <summary>One signed byte per component, -128 to 127: a quarter of the memory.</summary>
    Int8,

    /// <summary>One byte per component, 0 to 255: a quarter of the memory.</summary>
    UInt8,

    /// <summary>One bit per component, packed into signed bytes (the unsigned ones less 128): a thirty-second of the memory.</summary>
    Binary,

    /// <summary>One bit per component, the first in the highest bit of a byte, set where the component is above 0: a thirty-second of the memory.</summary>
    UBinary,
}
