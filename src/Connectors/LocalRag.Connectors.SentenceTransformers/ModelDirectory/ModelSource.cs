namespace LocalRag.Connectors.SentenceTransformers.ModelDirectory;

/// <summary>Where a model that a user names is found.</summary>
internal static class ModelSource
{
    /// <summary>The local directory of a model.</summary>
    public static Task<string> ResolveAsync(string nameOrDirectory, SentenceTransformerOptions options, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(nameOrDirectory);
        cancellationToken.ThrowIfCancellationRequested();
        if (!Directory.Exists(nameOrDirectory) && nameOrDirectory.Count(c => c == '/') == 1 && nameOrDirectory[0] is not ('.' or '/' or '~'))
        {
            throw new NotSupportedException($"'{nameOrDirectory}' is no directory (looked in '{Path.GetFullPath(nameOrDirectory)}') and reads like a name on the Hugging Face hub, " +
                $"which this version does not fetch{(options.LocalFilesOnly ? " or look up" : "")}. Download the model and give its directory.");
        }

        return Task.FromResult(nameOrDirectory);
    }
}
