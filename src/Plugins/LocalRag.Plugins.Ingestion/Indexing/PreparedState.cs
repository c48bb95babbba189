namespace LocalRag.Plugins.Ingestion.Indexing;

/// <summary>What is to be done with a document.</summary>
internal enum PreparedState
{
    /// <summary>The index holds this very content, or the refusal of it.</summary>
    Unchanged,

    /// <summary>New or changed: to be embedded and written.</summary>
    ToWrite,

    /// <summary>Its content is no readable document; the same content need not be tried again.</summary>
    Refused,

    /// <summary>It could not be read; the next run tries again.</summary>
    Unreadable,
}
