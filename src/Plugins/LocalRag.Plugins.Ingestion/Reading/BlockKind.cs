namespace LocalRag.Plugins.Ingestion;

/// <summary>What a stretch of a document is; a chunker cuts each kind at its own boundaries.</summary>
public enum BlockKind
{
    /// <summary>Running text, a list item or a table: cut between sentences.</summary>
    Prose,

    /// <summary>A heading: begins a section and is kept together with what follows.</summary>
    Heading,

    /// <summary>Program text or preformatted lines: cut between lines.</summary>
    Code,
}
