using LocalRag.Connectors.SentenceTransformers.Hub;

namespace LocalRag.Connectors.SentenceTransformers;

public sealed partial class BiEncoder
{
    /// <summary>Saves the model as it is now and pushes it to the Hugging Face hub as one commit.</summary>
    /// <param name="repositoryId"><c>owner/name</c>; created unless it exists.</param>
    /// <param name="options">Message, visibility, tags, branch and the like; null takes the defaults.</param>
    /// <param name="hub">The hub to push to; null takes the one of the environment, with the token that the model was loaded with.</param>
    /// <param name="progress">Told about the large files as they are stored.</param>
    /// <param name="cancellationToken">Ends the push; nothing is committed then.</param>
    /// <returns>The commit.</returns>
    /// <exception cref="ArgumentException">The name or an option is malformed.</exception>
    /// <exception cref="HubException">There is no token, or the hub refused; the kind and message say which.</exception>
    public Task<HubPushResult> PushToHubAsync(
        string repositoryId, HubPushOptions? options = null, HuggingFaceHub? hub = null, IProgress<HubProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(repositoryId);
        ObjectDisposedException.ThrowIf(_disposed, this);
        return SavedModelPush.RunAsync(Save, hub ?? new HuggingFaceHub().With(null, _options.Token), repositoryId, ModelKind.BiEncoder, options, progress, cancellationToken);
    }
}
