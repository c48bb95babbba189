using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace LocalRag.Hub.Tests.Server;

/// <summary>The half of the hub that takes files.</summary>
internal sealed partial class FakeHub
{
    private readonly ConcurrentDictionary<string, byte[]> _parts = [];

    /// <summary>What the large-file storage holds, by hash.</summary>
    public ConcurrentDictionary<string, byte[]> Stored { get; } = [];

    /// <summary>Size of the parts of larger files; larger ones are sent in parts.</summary>
    public int ChunkSize { get; set; } = int.MaxValue;

    public IEnumerable<Call> CallsTo(string part) => Calls.Where(call => call.Path.Contains(part, StringComparison.Ordinal));

    private async Task AnswerUploadAsync(HttpContext context, Call call, string[] parts)
    {
        if (call.Authorization != $"Bearer {Token}")
        {
            Fail(context, 401, null, "Invalid username or password.");
            return;
        }

        switch (parts)
        {
            case ["api", "repos", "create"]:
                await CreateAsync(context, call);
                break;
            case ["api", "models", var owner, var name] when Repositories.ContainsKey($"{owner}/{name}"):
                await WriteJsonAsync(context, new { id = $"{owner}/{name}" });
                break;
            case ["api", "models", var owner, var name, "branch", var branch]:
                var refs = Repositories[$"{owner}/{name}"].Refs;
                context.Response.StatusCode = refs.TryAdd(Uri.UnescapeDataString(branch), refs["main"]) ? 200 : 409;
                break;
            case ["api", "validate-yaml"]:
                var card = Json(call).GetProperty("content").GetString()!;
                await WriteJsonAsync(context, new { errors = card.StartsWith("---\n", StringComparison.Ordinal) ? [] : new[] { new { message = "no front matter" } }, warnings = Array.Empty<string>() });
                break;
            case ["api", "models", var owner, var name, "preupload", var revision]:
                await PreuploadAsync(context, call, Repositories[$"{owner}/{name}"], revision);
                break;
            case [var owner, var name, "info", "lfs", "objects", "batch"]:
                await BatchAsync(context, call, $"{owner}/{name}");
                break;
            case [_, _, "info", "lfs", "verify"]:
                var verified = Json(call);
                context.Response.StatusCode = Stored.TryGetValue(verified.GetProperty("oid").GetString()!, out var content) && content.Length == verified.GetProperty("size").GetInt64() ? 200 : 422;
                break;
            case ["api", "models", var owner, var name, "commit", var revision]:
                await CommitAsync(context, call, $"{owner}/{name}", Uri.UnescapeDataString(revision));
                break;
            default:
                Fail(context, 404, null, $"No such address: {call.Method} {call.Target}");
                break;
        }
    }

    private async Task CreateAsync(HttpContext context, Call call)
    {
        var body = Json(call);
        var id = $"{body.GetProperty("organization").GetString()}/{body.GetProperty("name").GetString()}";
        var repository = new FakeRepository { IsPrivate = body.TryGetProperty("visibility", out var visibility) && visibility.GetString() == "private" };
        repository.Files.Add(FakeFile.Small(".gitattributes", "*.onnx filter=lfs"));
        if (!Repositories.TryAdd(id, repository))
        {
            context.Response.StatusCode = 409;
            await WriteJsonAsync(context, new { error = "You already created this model repo" });
            return;
        }

        await WriteJsonAsync(context, new { url = new Uri(Url, id).AbsoluteUri });
    }

    private static async Task PreuploadAsync(HttpContext context, Call call, FakeRepository repository, string revision)
    {
        var files = Json(call).GetProperty("files").EnumerateArray().ToList();
        if (files.Count > 256)
        {
            Fail(context, 400, null, "too many files");
            return;
        }

        var present = repository.Commits[repository.Resolve(Uri.UnescapeDataString(revision))!];
        await WriteJsonAsync(context, new
        {
            files = files.Select(file =>
            {
                var path = file.GetProperty("path").GetString()!;
                var isLarge = Path.GetExtension(path) is ".onnx" or ".safetensors" or ".bin";
                return new { path, uploadMode = isLarge ? "lfs" : "regular", shouldIgnore = path.EndsWith(".ignored", StringComparison.Ordinal), oid = present.Find(old => old.Path == path)?.ETag };
            }),
        });
    }

    private async Task BatchAsync(HttpContext context, Call call, string id)
    {
        context.Response.ContentType = "application/vnd.git-lfs+json";
        var objects = Json(call).GetProperty("objects").EnumerateArray().Select(item =>
        {
            var (oid, size) = (item.GetProperty("oid").GetString()!, item.GetProperty("size").GetInt64());
            if (Stored.ContainsKey(oid))
            {
                return new { oid, size, actions = (object?)null };
            }

            var header = size <= ChunkSize ? null : Enumerable.Range(1, (int)((size + ChunkSize - 1) / ChunkSize))
                .ToDictionary(number => number.ToString("D5", CultureInfo.InvariantCulture), number => new Uri(StorageUrl, $"/parts/{oid}/{number}?Signature=x%2F").AbsoluteUri)
                .Append(new("chunk_size", ChunkSize.ToString(CultureInfo.InvariantCulture))).ToDictionary();
            return new
            {
                oid,
                size,
                actions = (object?)new
                {
                    upload = new { href = new Uri(StorageUrl, header is null ? $"/whole/{oid}?Signature=x%2F" : $"/complete/{oid}?Signature=x%2F").AbsoluteUri, header },
                    verify = new { href = new Uri(Url, $"/{id}.git/info/lfs/verify").AbsoluteUri },
                },
            };
        });
        await context.Response.WriteAsync(JsonSerializer.Serialize(new { objects }));
    }

    private async Task ReceiveUploadAsync(HttpContext context, Call call)
    {
        var parts = call.Path.TrimStart('/').Split('/');
        switch (parts)
        {
            case ["whole", var oid]:
                Stored[oid] = call.Body;
                break;
            case ["parts", var oid, var number]:
                _parts[$"{oid}/{number}"] = call.Body;
                context.Response.Headers.ETag = $"\"etag-{number}\"";
                break;
            case ["complete", var oid]:
                var listed = Json(call).GetProperty("parts").EnumerateArray().ToList();
                Assert.All(listed, part => Assert.Equal($"\"etag-{part.GetProperty("partNumber").GetInt32()}\"", part.GetProperty("etag").GetString()));
                Stored[oid] = [.. listed.SelectMany(part => _parts[$"{oid}/{part.GetProperty("partNumber").GetInt32()}"])];
                break;
            default:
                Fail(context, 404, null, call.Target);
                break;
        }

        await Task.CompletedTask;
    }

    private async Task CommitAsync(HttpContext context, Call call, string id, string revision)
    {
        var repository = Repositories[id];
        var files = repository.Commits[repository.Resolve(revision)!].ToDictionary(file => file.Path);
        foreach (var line in call.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonSerializer.Deserialize<JsonElement>(line)))
        {
            var value = line.GetProperty("value");
            switch (line.GetProperty("key").GetString())
            {
                case "file":
                    var path = value.GetProperty("path").GetString()!;
                    files[path] = new FakeFile(path, value.GetProperty("content").GetBytesFromBase64(), IsLarge: false);
                    break;
                case "lfsFile":
                    var oid = value.GetProperty("oid").GetString()!;
                    if (!Stored.TryGetValue(oid, out var content) || Convert.ToHexStringLower(SHA256.HashData(content)) != oid || content.Length != value.GetProperty("size").GetInt64())
                    {
                        Fail(context, 400, null, "LFS pointer pointed to a file that does not exist");
                        return;
                    }

                    files[value.GetProperty("path").GetString()!] = new FakeFile(value.GetProperty("path").GetString()!, content, IsLarge: true);
                    break;
            }
        }

        var toPullRequest = call.Target.EndsWith("?create_pr=1", StringComparison.Ordinal);
        var commit = FakeRepository.SecondCommit;
        repository.Commits[commit] = [.. files.Values];
        repository.Refs[toPullRequest ? "refs/pr/1" : revision] = commit;
        await WriteJsonAsync(context, new
        {
            commitUrl = new Uri(Url, $"/{id}/commit/{commit}").AbsoluteUri,
            commitOid = commit,
            pullRequestUrl = toPullRequest ? new Uri(Url, $"/{id}/discussions/1").AbsoluteUri : null,
        });
    }

    private static JsonElement Json(Call call) => JsonSerializer.Deserialize<JsonElement>(call.Body);
}
