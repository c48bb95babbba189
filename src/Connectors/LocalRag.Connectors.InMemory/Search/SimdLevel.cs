namespace LocalRag.Connectors.InMemory;

/// <summary>The register widths that kernels exist for.</summary>
internal enum SimdLevel
{
    Portable,
    Vector128,
    Vector256,
    Vector512,
}
