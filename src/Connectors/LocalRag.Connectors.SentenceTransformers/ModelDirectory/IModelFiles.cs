namespace LocalRag.Connectors.SentenceTransformers.ModelDirectory;

/// <summary>
/// The files of a model by name, in a directory or in a listing of the hub. What is chosen among them follows one set of rules, so that a download takes
/// what loading looks for. Names have forward slashes and begin at the model's root.
/// </summary>
internal interface IModelFiles
{
    bool Contains(string name);

    /// <summary>The names in a folder and below it; the empty folder is the root.</summary>
    IEnumerable<string> In(string folder);

    /// <summary>The content; null where only the name is known.</summary>
    Stream? Open(string name);
}
