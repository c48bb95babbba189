namespace LocalRag.Connectors.InMemory;

/// <summary>How vectors of small numbers lie in memory and in files: as they are, not as floats.</summary>
internal enum CompactForm
{
    /// <summary>They are floats.</summary>
    None,

    /// <summary>One signed byte per component.</summary>
    SByte,

    /// <summary>One unsigned byte per component.</summary>
    Byte,

    /// <summary>One bit per component, the first one lowest.</summary>
    Bits,
}
