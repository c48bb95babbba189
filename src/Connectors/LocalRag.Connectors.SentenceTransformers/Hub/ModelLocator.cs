using LocalRag.Connectors.SentenceTransformers.Hub.Naming;

namespace LocalRag.Connectors.SentenceTransformers.Hub;

/// <summary>Turns what a user calls a model, a directory or a name on the hub, into a local directory.</summary>
internal static class ModelLocator
{
    /// <summary>Returns the directory, after a download where one is needed.</summary>
    /// <param name="nameOrDirectory">A directory, <c>owner/name[@revision]</c>, or a bare name of the Python library's own models.</param>
    /// <param name="hub">The hub to ask; null makes one from the environment when it is needed.</param>
    /// <param name="options">What to take from the hub; null takes the defaults.</param>
    /// <param name="kind">Decides the owner of a bare name and the export command in messages.</param>
    /// <param name="progress">Told about a download.</param>
    /// <param name="cancellationToken">Ends a download.</param>
    /// <exception cref="DirectoryNotFoundException">It can only be a directory and there is none.</exception>
    /// <exception cref="HubException">It is no directory and the hub could not serve it.</exception>
    public static async Task<string> ResolveAsync(
        string nameOrDirectory, HuggingFaceHub? hub, HubDownloadOptions? options, ModelKind kind, IProgress<HubProgress>? progress, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(nameOrDirectory);
        var directory = Path.GetFullPath(HubSettings.Expand(nameOrDirectory, Environment.GetEnvironmentVariable));
        if (Directory.Exists(directory))
        {
            return directory;
        }

        if (File.Exists(directory))
        {
            throw new DirectoryNotFoundException($"'{nameOrDirectory}' is a file ('{directory}'); expected the directory of a model, with its configuration and tokenizer.");
        }

        if (IsAlwaysPath(nameOrDirectory))
        {
            throw new DirectoryNotFoundException($"There is no directory '{directory}' for the model '{nameOrDirectory}'. Written this way it is a path, so no hub was asked; a hub name is owner/name.");
        }

        RepositoryName name;
        try
        {
            name = RepositoryName.Parse(nameOrDirectory.Contains('/', StringComparison.Ordinal) ? nameOrDirectory : $"{DefaultOwner(kind)}/{nameOrDirectory}", options?.Revision);
        }
        catch (ArgumentException exception)
        {
            throw new ArgumentException($"There is no directory '{directory}', and no hub was asked because the name cannot be one of a repository. {exception.Message}", nameof(nameOrDirectory), exception);
        }

        try
        {
            return await (hub ?? new HuggingFaceHub()).DownloadAsync($"{name.Id}@{name.Revision}", kind, options, progress, cancellationToken).ConfigureAwait(false);
        }
        catch (HubException exception) when (exception.Kind is HubErrorKind.RepositoryNotFound or HubErrorKind.NotCached or HubErrorKind.Unavailable)
        {
            throw new HubException(exception.Kind, $"The model '{nameOrDirectory}' was not found. Tried the directory '{directory}', which does not exist, and the hub's '{name}': {exception.Message}", exception)
            {
                StatusCode = exception.StatusCode,
                RequestId = exception.RequestId,
            };
        }
    }

    /// <summary>Whether the text can only mean a directory: it begins like a path or has more parts than a hub name.</summary>
    public static bool IsAlwaysPath(string text)
        => text[0] is '.' or '/' or '\\' or '~' or '$'
        || (text.Length > 1 && char.IsAsciiLetter(text[0]) && text[1] == ':')
        || text.Contains('\\', StringComparison.Ordinal)
        || text.Split('@')[0].Count(c => c == '/') > 1;

    private static string DefaultOwner(ModelKind kind) => kind == ModelKind.CrossEncoder ? "cross-encoder" : "sentence-transformers";
}
