namespace LocalRag.Connectors.SentenceTransformers.Hub;

/// <summary>Pushes a loaded model: saved to a folder of its own, which is gone afterwards.</summary>
internal static class SavedModelPush
{
    public static async Task<HubPushResult> RunAsync(
        Action<string> save, HuggingFaceHub hub, string repositoryId, ModelKind kind, HubPushOptions? options, IProgress<HubProgress>? progress, CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("localrag-push-").FullName;
        try
        {
            await Task.Run(() => save(folder), cancellationToken).ConfigureAwait(false);
            return await hub.PushAsync(folder, repositoryId, kind, options, progress, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
