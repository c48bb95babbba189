namespace LocalRag.Connectors.SentenceTransformers;

/// <summary>How a model's threads wait for work.</summary>
public enum ThreadUse
{
    /// <summary>
    /// Waiting threads sleep. Right for servers, containers and every machine whose cores have other work too: there, spinning
    /// threads take the cores from those that have something to do, and everything runs up to two times slower.
    /// </summary>
    Shared,

    /// <summary>Waiting threads spin. Up to 40 % faster on a machine that does nothing else.</summary>
    Dedicated,
}
