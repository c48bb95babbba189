using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json;
using LocalRag.Connectors.SentenceTransformers.Hub.Download;
using LocalRag.Connectors.SentenceTransformers.Hub.Http;
using LocalRag.Connectors.SentenceTransformers.Hub.Naming;

namespace LocalRag.Connectors.SentenceTransformers.Hub.Upload;

/// <summary>Puts large files into the hub's storage, whole or in parts, before a commit may name them.</summary>
internal sealed class LfsUpload(HubConnection connection, RepositoryName name, ProgressTracker tracker)
{
    public const int LargestBatch = 256;
    private const string MediaType = "application/vnd.git-lfs+json";
    private const string PublicHub = "https://huggingface.co/";
    private const int ParallelFiles = 4;

    /// <summary>Uploads what the storage does not hold yet.</summary>
    public async Task RunAsync(IReadOnlyList<UploadFile> files, bool toPullRequest, CancellationToken cancellationToken)
    {
        foreach (var batch in files.DistinctBy(file => file.Sha256).Chunk(LargestBatch))
        {
            var items = await AskAsync(batch, toPullRequest, cancellationToken).ConfigureAwait(false);
            await Parallel.ForEachAsync(
                batch,
                new ParallelOptions { MaxDegreeOfParallelism = ParallelFiles, CancellationToken = cancellationToken },
                async (file, token) => await UploadAsync(file, items[file.Sha256], token).ConfigureAwait(false)).ConfigureAwait(false);
        }
    }

    private async Task<Dictionary<string, LfsBatchAnswer.Item>> AskAsync(UploadFile[] batch, bool toPullRequest, CancellationToken cancellationToken)
    {
        var body = new LfsBatch(
            "upload",
            ["basic", "multipart"],
            [.. batch.Select(file => new LfsObject(file.Sha256, file.Size))],
            "sha256",
            toPullRequest ? null : new LfsBatch.Reference(name.Revision));
        var request = new HubRequest(HttpMethod.Post, connection.Address($"{RemotePath.Encode(name.Id)}.git/info/lfs/objects/batch"))
        {
            Accept = MediaType,
            Body = HubJson.Body(body, HubJsonContext.Default.LfsBatch, MediaType),
        };
        var (answer, _) = await connection.SendJsonAsync(request, HubJsonContext.Default.LfsBatchAnswer, $"Asking where to put the large files of '{name}'", cancellationToken).ConfigureAwait(false);
        var items = (answer.Objects ?? []).Where(item => item?.Oid is not null).DistinctBy(item => item.Oid).ToDictionary(item => item.Oid!, StringComparer.Ordinal);
        foreach (var file in batch)
        {
            var item = items.GetValueOrDefault(file.Sha256) ?? throw Malformed(file, "the hub did not say where to put it");
            if (item.Error is { } error)
            {
                throw new HubException(HubErrorKind.Rejected, $"'{file.Path}' cannot be pushed to '{name}': the hub's storage says \"{RemotePath.Printable(error.Message ?? "")}\" (code {error.Code}).");
            }
        }

        return items;
    }

    private async Task UploadAsync(UploadFile file, LfsBatchAnswer.Item item, CancellationToken cancellationToken)
    {
        // Without actions the storage holds the content already, from whichever repository.
        if (item.Actions?.Upload is { } upload)
        {
            if (upload.Header?.ContainsKey("chunk_size") == true)
            {
                await UploadPartsAsync(file, upload, cancellationToken).ConfigureAwait(false);
            }
            else
            {
                using var response = await PutAsync(file, 0, file.Size, Address(file, upload.Href), cancellationToken).ConfigureAwait(false);
            }

            if (item.Actions.Verify is { } verify)
            {
                await PostAsync(Address(file, verify.Href), HubJson.Body(new LfsObject(file.Sha256, file.Size), HubJsonContext.Default.LfsObject, MediaType), sendToken: true, $"Verifying '{file.Path}'", cancellationToken).ConfigureAwait(false);
            }
        }

        tracker.Complete(file.Path, file.Size);
    }

    private async Task UploadPartsAsync(UploadFile file, LfsBatchAnswer.Action upload, CancellationToken cancellationToken)
    {
        var header = upload.Header!;
        if (!long.TryParse(Text(header["chunk_size"]), NumberStyles.None, CultureInfo.InvariantCulture, out var chunk) || chunk == 0)
        {
            throw Malformed(file, "chunk_size is no number of bytes");
        }

        var addresses = header
            .Select(pair => (IsPart: int.TryParse(pair.Key, NumberStyles.None, CultureInfo.InvariantCulture, out var number), Number: number, Address: Text(pair.Value)))
            .Where(part => part.IsPart)
            .OrderBy(part => part.Number)
            .ToList();
        var expected = (file.Size + chunk - 1) / chunk;
        if (addresses.Count != expected || addresses.Select(part => part.Number).SequenceEqual(Enumerable.Range(1, addresses.Count)) is false)
        {
            throw Malformed(file, $"{expected} parts of {chunk} bytes need as many addresses, numbered from 1; it sent {addresses.Count}");
        }

        var parts = new List<LfsCompletion.Part>();
        foreach (var (_, number, address) in addresses)
        {
            var offset = (number - 1) * chunk;
            using var response = await PutAsync(file, offset, Math.Min(chunk, file.Size - offset), Address(file, address), cancellationToken).ConfigureAwait(false);
            var etag = FileMetadata.Header(response, "ETag");
            parts.Add(new LfsCompletion.Part(number, string.IsNullOrEmpty(etag) ? throw Malformed(file, $"part {number} was answered without an ETag") : etag));
        }

        await PostAsync(Address(file, upload.Href), HubJson.Body(new LfsCompletion(file.Sha256, [.. parts]), HubJsonContext.Default.LfsCompletion, MediaType), sendToken: false, $"Completing '{file.Path}'", cancellationToken).ConfigureAwait(false);
    }

    private Task<HttpResponseMessage> PutAsync(UploadFile file, long offset, long length, Uri address, CancellationToken cancellationToken) => connection.SendCheckedAsync(
        new HubRequest(HttpMethod.Put, address)
        {
            Body = () => new UploadContent(file, offset, length, done => tracker.Set(file.Path, file.Size, done)) { Headers = { ContentType = new MediaTypeHeaderValue("application/octet-stream") } },
            SendToken = false,
            Timeout = connection.Patience(length),
        },
        $"Uploading '{file.Path}'",
        cancellationToken);

    private async Task PostAsync(Uri address, Func<HttpContent> body, bool sendToken, string subject, CancellationToken cancellationToken)
    {
        var request = new HubRequest(HttpMethod.Post, address) { Accept = MediaType, Body = body, SendToken = sendToken, Timeout = connection.Patience() };
        using var response = await connection.SendCheckedAsync(request, subject, cancellationToken).ConfigureAwait(false);
    }

    private Uri Address(UploadFile file, string? href)
    {
        // Mirrors pass the public hub's own addresses on; the request has to stay with the mirror.
        if (href?.StartsWith(PublicHub, StringComparison.Ordinal) == true)
        {
            href = connection.Address(href[PublicHub.Length..]).AbsoluteUri;
        }

        if (!Uri.TryCreate(href, UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https"))
        {
            throw Malformed(file, $"'{RemotePath.Printable(href ?? "")}' is no address");
        }

        return address.Scheme == "https" || connection.Settings.Endpoint.Scheme == "http"
            ? address
            : throw new HubException(HubErrorKind.Unsafe, $"The hub wants '{file.Path}' sent over plain http to {address.Host}; that is refused because anyone on the way could read it.");
    }

    private static string? Text(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString(),
        JsonValueKind.Number => value.GetRawText(),
        _ => null,
    };

    private HubException Malformed(UploadFile file, string what)
        => new(HubErrorKind.Protocol, $"'{file.Path}' cannot be pushed to '{name}': {what}. Check HF_ENDPOINT.");
}
