namespace LocalRag.Connectors.SentenceTransformers.Hub;

/// <summary>Which class of the Python library a model belongs to: decides the owner of bare names, the export command and the model card.</summary>
internal enum ModelKind
{
    BiEncoder,
    CrossEncoder,
}
