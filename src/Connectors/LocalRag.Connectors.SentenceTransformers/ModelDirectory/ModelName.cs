namespace LocalRag.Connectors.SentenceTransformers.ModelDirectory;

/// <summary>The name that a model goes by in metadata and telemetry.</summary>
internal static class ModelName
{
    /// <summary><c>owner/name</c> for a snapshot in the hub's cache (<c>models--owner--name/snapshots/commit</c>), otherwise the folder's own name.</summary>
    public static string Of(string directory)
    {
        var snapshots = Path.GetDirectoryName(directory);
        var repository = Path.GetFileName(Path.GetDirectoryName(snapshots));
        if (Path.GetFileName(snapshots) == "snapshots" && repository is not null && repository.StartsWith("models--", StringComparison.Ordinal))
            return repository["models--".Length..].Replace("--", "/", StringComparison.Ordinal);
        return Path.GetFileName(directory);
    }
}
