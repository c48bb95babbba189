using System.Collections.Concurrent;
using System.Net;
using System.Text.Json;
using LocalRag.Connectors.SentenceTransformers.Hub;
using LocalRag.Connectors.SentenceTransformers.Hub.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace LocalRag.Hub.Tests.Server;

/// <summary>A hub on loopback, with its storage servers on a second port. It answers as the real one does, until a test makes it misbehave.</summary>
internal sealed partial class FakeHub : IAsyncDisposable
{
    public const string Token = "hf_secretsecretsecret";

    private const int MostCalls = 2000;

    private readonly WebApplication _app;
    private readonly Uri[] _addresses;

    private FakeHub(WebApplication app)
    {
        _app = app;
        _addresses = [.. app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Select(address => new Uri(address))];
        Folder = Directory.CreateTempSubdirectory("localrag-hub-").FullName;
    }

    public Uri Url => _addresses[0];

    public Uri StorageUrl => _addresses[1];

    /// <summary>A fresh folder of this test; the cache is below it.</summary>
    public string Folder { get; }

    public string CacheFolder => Path.Combine(Folder, "cache");

    public Dictionary<string, FakeRepository> Repositories { get; } = [];

    public ConcurrentQueue<Call> Calls { get; } = [];

    /// <summary>Looked at before the hub's own answer; true when it has answered.</summary>
    public Func<HttpContext, Call, Task<bool>>? Intercept { get; set; }

    public TestTime Time { get; } = new();

    public Dictionary<string, string> Environment { get; } = [];

    public static async Task<FakeHub> StartAsync(params (string Name, FakeRepository Repository)[] repositories)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(options =>
        {
            options.Listen(IPAddress.Loopback, 0);
            options.Listen(IPAddress.Loopback, 0);
            options.Limits.MaxRequestBodySize = null;
        });
        var app = builder.Build();
        FakeHub? hub = null;
        app.Run(context => hub!.HandleAsync(context));
        await app.StartAsync(TestContext.Current.CancellationToken);
        hub = new FakeHub(app);
        foreach (var (name, repository) in repositories)
        {
            hub.Repositories[name] = repository;
        }

        return hub;
    }

    /// <summary>A client of this hub. Retries do not wait, time limits never pass unless the test lets them.</summary>
    public HuggingFaceHub Client(string? token = null, Action<HuggingFaceHubOptions>? configure = null, HttpMessageHandler? handler = null, ILogger? logger = null)
    {
        var options = new HuggingFaceHubOptions
        {
            Endpoint = Url.ToString(),
            CacheFolder = CacheFolder,
            Token = token ?? "",
            RequestTimeout = TestTime.Limit,
            StallTimeout = TestTime.Limit,
        };
        configure?.Invoke(options);
        var client = HubClients.Create(handler ?? HubClients.CreateHandler(), Time);
        return new HuggingFaceHub(options, () => client, Time, Environment.GetValueOrDefault, logger ?? NullLogger.Instance);
    }

    public string SnapshotPath(string name, string path, string commit = FakeRepository.FirstCommit)
        => Path.Combine(CacheFolder, "models--" + name.Replace("/", "--", StringComparison.Ordinal), "snapshots", commit, path);

    public string RepositoryFolder(string name) => Path.Combine(CacheFolder, "models--" + name.Replace("/", "--", StringComparison.Ordinal));

    public IEnumerable<Call> ContentCalls => Calls.Where(call => call.Method == "GET" && (call.ToStorage || call.Path.StartsWith("/api/resolve-cache/", StringComparison.Ordinal)));

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync(new CancellationToken(canceled: true));
        await _app.DisposeAsync();
        Directory.Delete(Folder, recursive: true);
    }

    private async Task HandleAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        var call = new Call(
            context.Request.Method,
            context.Features.Get<IHttpRequestFeature>()!.RawTarget,
            context.Connection.LocalPort == StorageUrl.Port,
            context.Request.Headers.Authorization,
            context.Request.Headers.Range,
            context.Request.ContentType,
            body.ToArray(),
            context.Request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase));
        Calls.Enqueue(call);
        if (Calls.Count > MostCalls)
        {
            // Ends a client that would ask for ever.
            Fail(context, 410, null, "This test asks without end.");
            return;
        }

        if (Intercept is null || !await Intercept(context, call))
        {
            await AnswerAsync(context, call);
        }
    }

    private async Task AnswerAsync(HttpContext context, Call call)
    {
        if (call.ToStorage)
        {
            await AnswerStorageAsync(context, call);
            return;
        }

        var parts = call.Path.TrimStart('/').Split('/');
        switch (parts)
        {
            case ["api", "models", var owner, var name, "revision", var revision] when call.Method == "GET":
                if (Find(context, $"{owner}/{name}", revision) is { } found)
                {
                    await WriteJsonAsync(context, Info(found.Repository, found.Commit, call.Target.Contains("blobs=true", StringComparison.Ordinal)));
                }

                break;
            case ["api", "models", var owner, var name, "tree", var revision] when call.Method == "GET":
                if (Find(context, $"{owner}/{name}", revision) is { } tree)
                {
                    await WriteTreeAsync(context, call, tree.Repository, tree.Commit);
                }

                break;
            case [var owner, var name, "resolve", var revision, ..]:
                await ResolveAsync(context, call, $"{owner}/{name}", revision, string.Join('/', parts[4..].Select(Uri.UnescapeDataString)));
                break;
            case ["api", "resolve-cache", "models", var owner, var name, var commit, ..]:
                await WriteSmallAsync(context, $"{owner}/{name}", commit, string.Join('/', parts[6..].Select(Uri.UnescapeDataString)));
                break;
            default:
                // The LFS address of owner/name is owner/name.git.
                await AnswerUploadAsync(context, call, [.. parts.Select(part => part.EndsWith(".git", StringComparison.Ordinal) ? part[..^4] : part)]);
                break;
        }
    }

    private (FakeRepository Repository, string Commit)? Find(HttpContext context, string id, string revision)
    {
        if (!Repositories.TryGetValue(id, out var repository) || (repository.IsPrivate && context.Request.Headers.Authorization != $"Bearer {Token}"))
        {
            Fail(context, 401, "RepoNotFound", "Repository not found");
            return null;
        }

        if (repository.Resolve(Uri.UnescapeDataString(revision)) is not { } commit)
        {
            Fail(context, 404, "RevisionNotFound", $"Invalid rev id: {revision}");
            return null;
        }

        return (repository, commit);
    }

    private async Task ResolveAsync(HttpContext context, Call call, string id, string revision, string path)
    {
        if (Find(context, id, revision) is not { } found)
        {
            return;
        }

        context.Response.Headers["X-Repo-Commit"] = found.Commit;
        if (found.Repository.Commits[found.Commit].Find(file => file.Path == path) is not { } file)
        {
            Fail(context, 404, "EntryNotFound", "Entry not found");
            return;
        }

        if (file.IsLarge)
        {
            context.Response.StatusCode = 302;
            context.Response.Headers["X-Linked-Etag"] = $"\"{file.Sha256}\"";
            context.Response.Headers["X-Linked-Size"] = $"{file.Size}";
            context.Response.Headers["X-Xet-Hash"] = "ignored";
            context.Response.Headers.Location = new Uri(StorageUrl, $"/blobs/{file.Sha256}?Signature=a%2Fb%2B").AbsoluteUri;
            await WriteTextAsync(context, call, "Found. Redirecting to the storage");
        }
        else
        {
            context.Response.StatusCode = 307;
            context.Response.Headers.Location = $"/api/resolve-cache/models/{id}/{found.Commit}/{Uri.EscapeDataString(path).Replace("%2F", "/", StringComparison.Ordinal)}?etag={file.BlobId}";
            await WriteTextAsync(context, call, "Temporary Redirect");
        }
    }

    private async Task WriteSmallAsync(HttpContext context, string id, string commit, string path)
    {
        if (Find(context, id, commit) is not { } found)
        {
            return;
        }

        var file = found.Repository.Commits[commit].Single(file => file.Path == path);
        context.Response.Headers["X-Repo-Commit"] = commit;
        context.Response.Headers.ETag = $"W/\"{file.BlobId}\"";
        await WriteContentAsync(context, file.Content);
    }

    private async Task AnswerStorageAsync(HttpContext context, Call call)
    {
        if (call.Authorization is not null)
        {
            context.Response.StatusCode = 400;
            return;
        }

        if (call.Method is "PUT" or "POST")
        {
            await ReceiveUploadAsync(context, call);
            return;
        }

        var hash = call.Path.Split('/')[^1];
        var file = Repositories.Values.SelectMany(repository => repository.Commits.Values).SelectMany(files => files).First(file => file.Sha256 == hash);
        await WriteContentAsync(context, file.Content);
    }

    /// <summary>Sends content as a good server does, ranges included.</summary>
    public static async Task WriteContentAsync(HttpContext context, byte[] content)
    {
        var start = 0;
        if (context.Request.Headers.Range.ToString() is { Length: > 0 } range)
        {
            start = int.Parse(range.Replace("bytes=", "", StringComparison.Ordinal).TrimEnd('-'), System.Globalization.CultureInfo.InvariantCulture);
            if (start >= content.Length)
            {
                context.Response.StatusCode = 416;
                context.Response.Headers.ContentRange = $"bytes */{content.Length}";
                return;
            }

            context.Response.StatusCode = 206;
            context.Response.Headers.ContentRange = $"bytes {start}-{content.Length - 1}/{content.Length}";
        }
        else
        {
            context.Response.StatusCode = 200;
        }

        context.Response.ContentLength = content.Length - start;
        if (context.Request.Method != "HEAD")
        {
            await context.Response.Body.WriteAsync(content.AsMemory(start), context.RequestAborted);
        }
    }

    /// <summary>Answers every request with <paramref name="part"/> in its path by nothing but a status, and a redirection where there is one.</summary>
    public void Answer(string part, int status, Uri? location = null) => Intercept = (context, call) =>
    {
        var isMeant = call.Path.Contains(part, StringComparison.Ordinal);
        context.Response.StatusCode = isMeant ? status : 200;
        context.Response.Headers.Location = isMeant ? location?.AbsoluteUri : null;
        return Task.FromResult(isMeant);
    };

    /// <summary>Sends nothing more until the client gives up.</summary>
    public static Task StandStillAsync(HttpContext context) => Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);

    /// <summary>Sends only the first bytes of what was asked for, then breaks the connection.</summary>
    public static async Task BreakOffAsync(HttpContext context, byte[] content, int count)
    {
        var start = context.Request.Headers.Range.ToString() is { Length: > 0 } range ? int.Parse(range["bytes=".Length..^1], System.Globalization.CultureInfo.InvariantCulture) : 0;
        context.Response.StatusCode = start > 0 ? 206 : 200;
        if (start > 0)
        {
            context.Response.Headers.ContentRange = $"bytes {start}-{content.Length - 1}/{content.Length}";
        }

        context.Response.ContentLength = content.Length - start;
        // Less than the announced length makes the server send this much and close the connection.
        await context.Response.Body.WriteAsync(content.AsMemory(start, count));
    }

    public static void Fail(HttpContext context, int status, string? code, string? message)
    {
        context.Response.StatusCode = status;
        if (code is not null)
        {
            context.Response.Headers["X-Error-Code"] = code;
        }

        if (message is not null)
        {
            context.Response.Headers["X-Error-Message"] = message;
        }

        context.Response.Headers["X-Request-Id"] = "Root=1-2-3";
    }

    public static Task WriteJsonAsync(HttpContext context, object value)
    {
        context.Response.ContentType = "application/json; charset=utf-8";
        return context.Response.WriteAsync(JsonSerializer.Serialize(value), context.RequestAborted);
    }

    private static async Task WriteTextAsync(HttpContext context, Call call, string text)
    {
        context.Response.ContentLength = text.Length;
        if (call.Method != "HEAD")
        {
            await context.Response.WriteAsync(text, context.RequestAborted);
        }
    }

    private static Dictionary<string, object?> Info(FakeRepository repository, string commit, bool blobs) => new()
    {
        ["id"] = "ignored",
        ["sha"] = commit,
        ["gated"] = false,
        ["siblings"] = repository.Commits[commit].Select(file => blobs && !repository.HidesSizes
            ? new Dictionary<string, object?>
            {
                ["rfilename"] = file.Path,
                ["size"] = file.Size,
                ["blobId"] = file.BlobId,
                ["lfs"] = file.IsLarge ? new Dictionary<string, object> { ["sha256"] = file.Sha256, ["size"] = file.Size, ["pointerSize"] = 134 } : null,
            }
            : new Dictionary<string, object?> { ["rfilename"] = file.Path }),
    };

    private static async Task WriteTreeAsync(HttpContext context, Call call, FakeRepository repository, string commit)
    {
        var page = context.Request.Query["cursor"].ToString() is { Length: > 0 } cursor ? int.Parse(cursor, System.Globalization.CultureInfo.InvariantCulture) : 0;
        var files = repository.Commits[commit];
        if ((page + 1) * repository.TreePageSize < files.Count)
        {
            context.Response.Headers.Link = $"<http://{context.Request.Host}{call.Path}?recursive=true&cursor={page + 1}>; rel=\"next\"";
        }

        var folder = new Dictionary<string, object?> { ["type"] = "directory", ["path"] = "onnx", ["oid"] = FakeFile.GitHash([]), ["size"] = 0 };
        await WriteJsonAsync(context, files.Skip(page * repository.TreePageSize).Take(repository.TreePageSize).Select(file => new Dictionary<string, object?>
        {
            ["type"] = "file",
            ["path"] = file.Path,
            ["oid"] = file.BlobId,
            ["size"] = file.Size,
            ["lfs"] = file.IsLarge ? new Dictionary<string, object> { ["oid"] = file.Sha256, ["size"] = file.Size, ["pointerSize"] = 134 } : null,
        }).Prepend(folder));
    }
}
