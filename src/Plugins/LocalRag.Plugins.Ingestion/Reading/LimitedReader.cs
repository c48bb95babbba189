namespace LocalRag.Plugins.Ingestion.Reading;

/// <summary>Refuses documents with more text than a limit.</summary>
internal sealed class LimitedReader(IDocumentReader reader, int maxCharacters) : IDocumentReader
{
    public IReadOnlyCollection<string> Extensions => reader.Extensions;

    public DocumentText Read(ReadOnlyMemory<byte> content, string name, CancellationToken cancellationToken = default)
    {
        var document = reader.Read(content, name, cancellationToken);
        return document.Text.Length <= maxCharacters ? document : throw TooLong(document.Text.Length, maxCharacters);
    }

    public static InvalidDataException TooLong(int characters, int maxCharacters) =>
        new($"the text has {characters:N0} characters or more; up to {maxCharacters:N0} are read. Split the document.");
}
