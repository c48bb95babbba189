namespace RagDemo.Tests;

/// <summary>A few small documents on disk, and a data directory beside them.</summary>
public sealed class DocumentFolder : IDisposable
{
    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("ragdemo");

    public DocumentFolder()
    {
        Directory.CreateDirectory(Docs);
        Write("library.md", "# City library\n\n## Opening hours\n\nThe library opens at nine on weekdays and at ten on Saturdays. On Sundays it is closed.\n\n## Lending\n\nBooks can be borrowed for four weeks and renewed twice, unless another reader waits for them.\n");
        Write("cafe.txt", "The cafe in the entrance hall sells soup, sandwiches and coffee from eleven to five.\n\nDogs are allowed on the terrace only.\n");
        Write("parking.html", "<html><head><title>Parking</title></head><body><h1>Parking</h1><p>Visitors park in the garage below the square. The first hour is free of charge.</p></body></html>");
    }

    public string Docs => Path.Combine(_root.FullName, "docs");

    public string Data => Path.Combine(_root.FullName, "data");

    public string Write(string name, string text)
    {
        var path = Path.Combine(Docs, name);
        File.WriteAllText(path, text);
        return path;
    }

    public void Dispose() => _root.Delete(recursive: true);
}
