using LocalRag.Connectors.SentenceTransformers.Hub;
using LocalRag.Connectors.SentenceTransformers.Inference;

namespace LocalRag.Connectors.SentenceTransformers.ModelDirectory;

/// <summary>Where a model that a user names is found: a directory, or the hub and its cache.</summary>
internal static class ModelSource
{
    /// <summary>The local directory of a model, after a download where one is needed.</summary>
    /// <param name="nameOrDirectory">A directory, which wins, or a name on the hub.</param>
    /// <param name="options">Revision, cache, token and file; they matter for the hub only.</param>
    /// <param name="kind">Decides the owner of a name without one.</param>
    /// <param name="hub">The application's client; null makes one from the options and the environment.</param>
    /// <param name="cancellationToken">Ends a download.</param>
    public static Task<string> ResolveAsync(string nameOrDirectory, SentenceTransformerOptions options, ModelKind kind, HuggingFaceHub? hub, CancellationToken cancellationToken)
    {
        var download = new HubDownloadOptions
        {
            Revision = options.Revision,
            LocalFilesOnly = options.LocalFilesOnly,
            OnnxFile = options.OnnxFile,
            PrefersGpu = options.OnnxFile is OnnxFileChoice.Fastest && InferenceDevice.Parse(options.Device).IsGpu,
        };
        if (options.CacheFolder is not null || options.Token is not null)
            hub = (hub ?? new()).With(options.CacheFolder, options.Token);
        return ModelLocator.ResolveAsync(nameOrDirectory, hub, download, kind, progress: null, cancellationToken);
    }
}
