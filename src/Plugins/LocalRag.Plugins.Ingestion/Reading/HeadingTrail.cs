namespace LocalRag.Plugins.Ingestion.Reading;

/// <summary>The headings above the current place of a document, outermost first.</summary>
internal sealed class HeadingTrail
{
    private readonly List<(int Level, string Text)> _headings = [];

    public string Path { get; private set; } = "";

    public void Enter(int level, string heading)
    {
        while (_headings.Count > 0 && _headings[^1].Level >= level)
        {
            _headings.RemoveAt(_headings.Count - 1);
        }

        if (heading.Length > 0)
        {
            _headings.Add((level, heading));
        }

        Path = string.Join(DocumentText.HeadingSeparator, _headings.Select(h => h.Text));
    }
}
