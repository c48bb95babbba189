using System.Net;
using System.Text;
using LocalRag.Connectors.SentenceTransformers.Hub.Download;
using LocalRag.Connectors.SentenceTransformers.Hub.Http;
using LocalRag.Connectors.SentenceTransformers.Hub.Listing;
using LocalRag.Connectors.SentenceTransformers.Hub.Naming;

namespace LocalRag.Connectors.SentenceTransformers.Hub.Upload;

/// <summary>Pushes a model directory: repository, model card, choice of storage, large files, commit, in this order.</summary>
internal sealed class RepositoryPush(HubConnection connection, RepositoryName name, ModelKind kind, HubPushOptions options)
{
    private const int SampleLength = 512;
    private const int MaxConflicts = 5;

    public async Task<HubPushResult> RunAsync(string directory, IProgress<HubProgress>? progress, CancellationToken cancellationToken)
    {
        var files = await UploadFolder.ReadAsync(directory, cancellationToken).ConfigureAwait(false);
        if (files.Count == 0)
        {
            throw new ArgumentException($"'{directory}' holds no file to push.", nameof(directory));
        }

        await CreateRepositoryAsync(cancellationToken).ConfigureAwait(false);
        await CreateBranchAsync(cancellationToken).ConfigureAwait(false);
        var present = await new ListingReader(connection).ReadAsync(name, retry: true, cancellationToken).ConfigureAwait(false);
        await AddCardAsync(files, present, cancellationToken).ConfigureAwait(false);
        var (regular, large) = await SortAsync(files, cancellationToken).ConfigureAwait(false);
        if (regular.Count + large.Count == 0)
        {
            return new HubPushResult(connection.Address(name.Id), present.Commit, null);
        }

        var tracker = new ProgressTracker(progress, large.Sum(file => file.Size), large.Count);
        await new LfsUpload(connection, name, tracker).RunAsync(large, options.CreatePullRequest, cancellationToken).ConfigureAwait(false);
        return await CommitAsync(regular, large, cancellationToken).ConfigureAwait(false);
    }

    private async Task CreateRepositoryAsync(CancellationToken cancellationToken)
    {
        var visibility = options.Private switch { true => "private", false => "public", null => null };
        var request = new HubRequest(HttpMethod.Post, connection.Address("api/repos/create"))
        {
            Accept = "application/json",
            Body = HubJson.Body(new CreateRepository("model", name.Name, name.Owner, visibility), HubJsonContext.Default.CreateRepository),
            Timeout = connection.Patience(),
        };
        for (var conflicts = 0; ; conflicts++)
        {
            try
            {
                using var response = await connection.SendCheckedAsync(request, $"Creating '{name.Id}'", cancellationToken).ConfigureAwait(false);
                return;
            }
            catch (HubException exception) when (exception.StatusCode == HttpStatusCode.Conflict && exception.Message.Contains("another conflicting operation is in progress", StringComparison.OrdinalIgnoreCase) && conflicts < MaxConflicts)
            {
                await Task.Delay(HubResilience.Backoff(conflicts), connection.Time, cancellationToken).ConfigureAwait(false);
            }
            catch (HubException exception) when (exception.StatusCode == HttpStatusCode.Conflict)
            {
                if (options.ExistOk)
                {
                    return;
                }

                throw new HubException(HubErrorKind.Conflict, $"The repository '{name.Id}' exists already. Set ExistOk to commit to it, or choose another name.", exception) { StatusCode = exception.StatusCode, RequestId = exception.RequestId };
            }
            catch (HubException exception) when (options.ExistOk && exception.StatusCode is HttpStatusCode.Unauthorized or HttpStatusCode.PaymentRequired or HttpStatusCode.Forbidden)
            {
                // Who may not create may still commit to what exists.
                if (await ExistsAsync(cancellationToken).ConfigureAwait(false))
                {
                    return;
                }

                throw;
            }
        }
    }

    private async Task<bool> ExistsAsync(CancellationToken cancellationToken)
    {
        using var response = await connection.SendAsync(new HubRequest(HttpMethod.Get, connection.Address($"api/models/{name.Id}")), cancellationToken).ConfigureAwait(false);
        return response.IsSuccessStatusCode;
    }

    private async Task CreateBranchAsync(CancellationToken cancellationToken)
    {
        if (name.Revision == RepositoryName.DefaultRevision || name.Revision.StartsWith("refs/", StringComparison.Ordinal))
        {
            return;
        }

        var request = new HubRequest(HttpMethod.Post, connection.Address($"api/models/{name.Id}/branch/{name.EncodedRevision}"))
        {
            Body = static () => new StringContent("{}", Encoding.UTF8, "application/json"),
        };
        using var response = await connection.SendAsync(request, cancellationToken).ConfigureAwait(false);
        if (!response.IsSuccessStatusCode && response.StatusCode != HttpStatusCode.Conflict)
        {
            throw await HubErrors.ReadAsync(response, $"Creating the branch '{name.Revision}' of '{name.Id}'", connection.Settings, connection.Time, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task AddCardAsync(List<UploadFile> files, RepositoryListing present, CancellationToken cancellationToken)
    {
        var index = files.FindIndex(file => file.Path == ModelCard.FileName);
        string card;
        if (index < 0)
        {
            if (present.Files.ContainsKey(ModelCard.FileName))
            {
                return;
            }

            card = ModelCard.Create(name.Id, kind, options.Tags);
            files.Add(UploadFolder.FromBytes(ModelCard.FileName, Encoding.UTF8.GetBytes(card)));
        }
        else
        {
            card = Encoding.UTF8.GetString(files[index].ReadAll());
            if (options.Tags.Count > 0)
            {
                card = ModelCard.AddTags(card, options.Tags);
                files[index] = UploadFolder.FromBytes(ModelCard.FileName, Encoding.UTF8.GetBytes(card));
            }
        }

        await CheckCardAsync(card, cancellationToken).ConfigureAwait(false);
    }

    private async Task CheckCardAsync(string card, CancellationToken cancellationToken)
    {
        var request = new HubRequest(HttpMethod.Post, connection.Address("api/validate-yaml"))
        {
            Accept = "application/json",
            Body = HubJson.Body(new CardToCheck(card, "model"), HubJsonContext.Default.CardToCheck),
        };
        CardCheck check;
        try
        {
            (check, _) = await connection.SendJsonAsync(request, HubJsonContext.Default.CardCheck, $"Checking {ModelCard.FileName} of '{name.Id}'", cancellationToken).ConfigureAwait(false);
        }
        catch (HubException exception) when (exception.StatusCode == HttpStatusCode.NotFound)
        {
            // Private hubs do without; the commit itself will say.
            return;
        }

        if (check.Errors is { Length: > 0 } errors)
        {
            throw new HubException(HubErrorKind.Rejected, $"The head of {ModelCard.FileName} is not what the hub expects: {RemotePath.Printable(string.Join(" ", errors.Select(error => error?.Message)))} Correct it and push again.");
        }
    }

    /// <summary>Asks which files are large and which have changed at all.</summary>
    private async Task<(List<UploadFile> Regular, List<UploadFile> Large)> SortAsync(List<UploadFile> files, CancellationToken cancellationToken)
    {
        var (regular, large) = (new List<UploadFile>(), new List<UploadFile>());
        foreach (var batch in files.Chunk(LfsUpload.LargestBatch))
        {
            var request = new HubRequest(HttpMethod.Post, connection.Address($"api/models/{name.Id}/preupload/{name.EncodedRevision}{PullRequest}"))
            {
                Accept = "application/json",
                Body = HubJson.Body(new PreuploadRequest([.. batch.Select(file => new PreuploadRequest.Candidate(file.Path, file.Size, Sample(file)))]), HubJsonContext.Default.PreuploadRequest),
            };
            var (answer, _) = await connection.SendJsonAsync(request, HubJsonContext.Default.PreuploadAnswer, $"Preparing the push to '{name}'", cancellationToken).ConfigureAwait(false);
            var modes = (answer.Files ?? []).Where(file => file?.Path is not null).DistinctBy(file => file.Path).ToDictionary(file => file.Path!, StringComparer.Ordinal);
            foreach (var file in batch)
            {
                var mode = modes.GetValueOrDefault(file.Path) ?? throw new HubException(HubErrorKind.Protocol, $"The hub did not say how to push '{file.Path}' to '{name}'. Check HF_ENDPOINT.");

                // The storage refuses empty files.
                var isLarge = mode.UploadMode == "lfs" && file.Size > 0;
                if (mode.ShouldIgnore != true && mode.Oid != (isLarge ? file.Sha256 : GitHash(file)))
                {
                    (isLarge ? large : regular).Add(file);
                }
            }
        }

        return (regular, large);
    }

    private async Task<HubPushResult> CommitAsync(List<UploadFile> regular, List<UploadFile> large, CancellationToken cancellationToken)
    {
        var summary = string.IsNullOrWhiteSpace(options.CommitMessage) ? $"Add new {(kind == ModelKind.CrossEncoder ? "CrossEncoder" : "SentenceTransformer")} model" : options.CommitMessage;
        var body = CommitBody.Write(summary, options.CommitDescription, regular, large);
        var request = new HubRequest(HttpMethod.Post, connection.Address($"api/models/{name.Id}/commit/{name.EncodedRevision}{PullRequest}"))
        {
            Accept = "application/json",
            Body = () => new ByteArrayContent(body) { Headers = { ContentType = new("application/x-ndjson") } },

            // A lost answer does not say whether the commit was made, and making it twice is worse than asking the user.
            Retry = false,
            Timeout = connection.Patience(body.Length),
        };
        CommitAnswer answer;
        try
        {
            (answer, _) = await connection.SendJsonAsync(request, HubJsonContext.Default.CommitAnswer, $"Committing to '{name}'", cancellationToken).ConfigureAwait(false);
        }
        catch (HubException exception) when (exception.Kind == HubErrorKind.Unavailable)
        {
            throw new HubException(exception.Kind, $"{exception.Message} The commit may have been made all the same; look at {connection.Address(name.Id)} before pushing again.", exception) { StatusCode = exception.StatusCode, RequestId = exception.RequestId };
        }

        return HexDigest.IsCommit(answer.CommitOid) && Uri.TryCreate(answer.CommitUrl, UriKind.Absolute, out var url)
            ? new HubPushResult(url, answer.CommitOid!, Uri.TryCreate(answer.PullRequestUrl, UriKind.Absolute, out var pullRequest) ? pullRequest : null)
            : throw new HubException(HubErrorKind.Protocol, $"The commit to '{name}' was answered without its address and id. Look at {connection.Address(name.Id)}.");
    }

    private string PullRequest => options.CreatePullRequest ? "?create_pr=1" : "";

    private static string Sample(UploadFile file)
    {
        using var stream = file.Open();
        var sample = new byte[Math.Min(SampleLength, file.Size)];
        stream.ReadExactly(sample);
        return Convert.ToBase64String(sample);
    }

    private static string GitHash(UploadFile file)
    {
        using var hash = new ContentHash(new RemoteFile(file.Path, file.Size, new string('0', HexDigest.Sha1Length)));
        hash.Append(file.ReadAll());
        return hash.Finish();
    }
}
