using System.Text.Json;
using LocalRag.Connectors.SentenceTransformers.Hub;
using LocalRag.Hub.Tests.Server;

namespace LocalRag.Hub.Tests.Uploading;

public sealed class PushTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_pushed_model_can_be_downloaded_again()
    {
        await using var hub = await FakeHub.StartAsync();
        var model = await WriteModelAsync(hub);

        var result = await hub.Client(FakeHub.Token).PushAsync(model, "acme/new", cancellationToken: Cancel);
        var directory = await hub.Client(FakeHub.Token).DownloadAsync("acme/new", cancellationToken: Cancel);

        Assert.Equal(FakeRepository.SecondCommit, result.Commit);
        Assert.Equal(new Uri(hub.Url, $"/acme/new/commit/{FakeRepository.SecondCommit}"), result.CommitUrl);
        Assert.Null(result.PullRequestUrl);
        Assert.Equal(await File.ReadAllBytesAsync(Path.Combine(model, "onnx/model.onnx"), Cancel), await File.ReadAllBytesAsync(Path.Combine(directory, "onnx/model.onnx"), Cancel));
        Assert.Equal("{\"a\":1}", await File.ReadAllTextAsync(Path.Combine(directory, "config.json"), Cancel));
        Assert.Equal([".gitattributes", "README.md", "config.json", "empty.txt", "onnx/model.onnx", "tokenizer.json"], hub.Repositories["acme/new"].Files.Select(file => file.Path).Order(StringComparer.Ordinal));
        Assert.Contains("\"summary\":\"Add new SentenceTransformer model\"", Commit(hub).Text, StringComparison.Ordinal);
        Assert.Equal("application/x-ndjson", Commit(hub).ContentType);
        Assert.Equal("""{"type":"model","name":"new","organization":"acme"}""", Assert.Single(hub.CallsTo("/repos/create")).Text);
    }

    [Fact]
    public async Task Message_description_visibility_and_tags_are_sent()
    {
        await using var hub = await FakeHub.StartAsync();
        var options = new HubPushOptions { CommitMessage = "First \"try\"", CommitDescription = "Long text", Private = true, Tags = ["legal", "de: recht"] };

        await hub.Client(FakeHub.Token).PushAsync(await WriteModelAsync(hub), "acme/new", options, cancellationToken: Cancel);

        var header = JsonSerializer.Deserialize<JsonElement>(Commit(hub).Text.Split('\n')[0]);
        Assert.Equal("header", header.GetProperty("key").GetString());
        Assert.Equal("First \"try\"", header.GetProperty("value").GetProperty("summary").GetString());
        Assert.Equal("Long text", header.GetProperty("value").GetProperty("description").GetString());
        Assert.True(hub.Repositories["acme/new"].IsPrivate);
        var card = Card(hub, "acme/new");
        Assert.Contains("- onnx\n- legal\n- \"de: recht\"\npipeline_tag: sentence-similarity\n", card, StringComparison.Ordinal);
        Assert.Contains("BiEncoder.LoadAsync(\"acme/new\")", card, StringComparison.Ordinal);

        await hub.Client(FakeHub.Token).PushAsync(await WriteModelAsync(hub), "acme/open", new() { Private = false }, cancellationToken: Cancel);
        Assert.Contains("\"visibility\":\"public\"", hub.CallsTo("/repos/create").Last().Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("config_sentence_transformers.json", """{"model_type": "CrossEncoder"}""")]
    [InlineData("config.json", """{"architectures": ["BertForSequenceClassification"]}""")]
    public async Task A_cross_encoder_is_known_by_its_configuration(string file, string content)
    {
        await using var hub = await FakeHub.StartAsync();
        var model = await WriteModelAsync(hub);
        await File.WriteAllTextAsync(Path.Combine(model, file), content, Cancel);

        await hub.Client(FakeHub.Token).PushAsync(model, "acme/ce", cancellationToken: Cancel);

        Assert.Contains("Add new CrossEncoder model", Commit(hub).Text, StringComparison.Ordinal);
        Assert.Contains("pipeline_tag: text-ranking", Card(hub, "acme/ce"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_own_card_is_pushed_as_it_is_and_lacking_tags_are_added_to_the_pushed_copy()
    {
        await using var hub = await FakeHub.StartAsync();
        var model = await WriteModelAsync(hub);
        const string Own = "---\nlicense: mit\n---\n# Mine\n";
        await File.WriteAllTextAsync(Path.Combine(model, "README.md"), Own, Cancel);

        await hub.Client(FakeHub.Token).PushAsync(model, "acme/one", cancellationToken: Cancel);
        await hub.Client(FakeHub.Token).PushAsync(model, "acme/two", new() { Tags = ["legal"] }, cancellationToken: Cancel);

        Assert.Equal(Own, Card(hub, "acme/one"));
        Assert.Equal("---\ntags:\n- legal\nlicense: mit\n---\n# Mine\n", Card(hub, "acme/two"));
        Assert.Equal(Own, await File.ReadAllTextAsync(Path.Combine(model, "README.md"), Cancel));
    }

    [Fact]
    public async Task A_card_that_only_the_hub_has_is_kept()
    {
        await using var hub = await FakeHub.StartAsync(("acme/bi", FakeRepository.BiEncoder()));

        await hub.Client(FakeHub.Token).PushAsync(await WriteModelAsync(hub), "acme/bi", new() { ExistOk = true }, cancellationToken: Cancel);

        Assert.Equal("# A model", Card(hub, "acme/bi"));
        Assert.Empty(hub.CallsTo("validate-yaml"));
    }

    [Fact]
    public async Task A_card_that_the_hub_does_not_accept_stops_the_push_before_anything_is_stored()
    {
        await using var hub = await FakeHub.StartAsync();
        var model = await WriteModelAsync(hub);
        await File.WriteAllTextAsync(Path.Combine(model, "README.md"), "no head", Cancel);

        var exception = await Assert.ThrowsAsync<HubException>(() => hub.Client(FakeHub.Token).PushAsync(model, "acme/new", cancellationToken: Cancel));

        Assert.Equal(HubErrorKind.Rejected, exception.Kind);
        Assert.Contains("no front matter", exception.Message, StringComparison.Ordinal);
        Assert.Empty(hub.Stored);
        Assert.Empty(hub.CallsTo("/commit/"));
    }

    [Fact]
    public async Task An_existing_repository_is_an_error_unless_it_may_exist()
    {
        await using var hub = await FakeHub.StartAsync(("acme/bi", FakeRepository.BiEncoder()));
        var model = await WriteModelAsync(hub);

        var exception = await Assert.ThrowsAsync<HubException>(() => hub.Client(FakeHub.Token).PushAsync(model, "acme/bi", cancellationToken: Cancel));
        Assert.Equal(HubErrorKind.Conflict, exception.Kind);
        Assert.Contains("ExistOk", exception.Message, StringComparison.Ordinal);
        Assert.Empty(hub.CallsTo("/commit/"));

        await hub.Client(FakeHub.Token).PushAsync(model, "acme/bi", new() { ExistOk = true }, cancellationToken: Cancel);
        Assert.Contains(hub.Repositories["acme/bi"].Files, file => file.Path == "pytorch_model.bin");
    }

    [Fact]
    public async Task A_conflict_that_passes_is_tried_again()
    {
        await using var hub = await FakeHub.StartAsync();
        var left = 2;
        hub.Intercept = async (context, call) =>
        {
            if (!call.Path.EndsWith("/repos/create", StringComparison.Ordinal) || left-- == 0)
            {
                return false;
            }

            context.Response.StatusCode = 409;
            await FakeHub.WriteJsonAsync(context, new { error = "Cannot create repo: another conflicting operation is in progress" });
            return true;
        };

        await hub.Client(FakeHub.Token).PushAsync(await WriteModelAsync(hub), "acme/new", cancellationToken: Cancel);

        Assert.Equal([1, 2], hub.Time.Pauses.Select(pause => pause.TotalSeconds));
    }

    [Theory]
    [InlineData(401, true)]
    [InlineData(402, true)]
    [InlineData(403, true)]
    [InlineData(403, false)]
    public async Task Who_may_not_create_may_still_push_to_what_exists(int status, bool exists)
    {
        await using var hub = await FakeHub.StartAsync();
        if (exists)
        {
            hub.Repositories["acme/bi"] = FakeRepository.BiEncoder();
        }

        hub.Answer("/repos/create", status);
        var push = async () => await hub.Client(FakeHub.Token).PushAsync(await WriteModelAsync(hub), "acme/bi", new() { ExistOk = true }, cancellationToken: Cancel);

        if (exists)
        {
            await push();
            Assert.Single(hub.CallsTo("/commit/"));
        }
        else
        {
            Assert.Equal(HubErrorKind.Forbidden, (await Assert.ThrowsAsync<HubException>(push)).Kind);
        }
    }

    [Fact]
    public async Task A_branch_is_made_and_named_in_every_step()
    {
        await using var hub = await FakeHub.StartAsync();

        await hub.Client(FakeHub.Token).PushAsync(await WriteModelAsync(hub), "acme/new", new() { Revision = "try/1" }, cancellationToken: Cancel);

        Assert.Equal("/api/models/acme/new/branch/try%2F1", Assert.Single(hub.CallsTo("/branch/")).Target);
        Assert.Equal("/api/models/acme/new/preupload/try%2F1", Assert.Single(hub.CallsTo("/preupload/")).Target);
        Assert.Equal("/api/models/acme/new/commit/try%2F1", Commit(hub).Target);
        Assert.Contains("\"ref\":{\"name\":\"try/1\"}", Assert.Single(hub.CallsTo("/objects/batch")).Text, StringComparison.Ordinal);
        Assert.Equal(FakeRepository.SecondCommit, hub.Repositories["acme/new"].Refs["try/1"]);
        Assert.Equal(FakeRepository.FirstCommit, hub.Repositories["acme/new"].Refs["main"]);
    }

    [Fact]
    public async Task A_pull_request_leaves_the_branch_alone()
    {
        await using var hub = await FakeHub.StartAsync(("acme/bi", FakeRepository.BiEncoder()));

        var result = await hub.Client(FakeHub.Token).PushAsync(await WriteModelAsync(hub), "acme/bi", new() { ExistOk = true, CreatePullRequest = true }, cancellationToken: Cancel);

        Assert.Equal(new Uri(hub.Url, "/acme/bi/discussions/1"), result.PullRequestUrl);
        Assert.EndsWith("/commit/main?create_pr=1", Commit(hub).Target, StringComparison.Ordinal);
        Assert.EndsWith("/preupload/main?create_pr=1", Assert.Single(hub.CallsTo("/preupload/")).Target, StringComparison.Ordinal);
        Assert.DoesNotContain("\"ref\"", Assert.Single(hub.CallsTo("/objects/batch")).Text, StringComparison.Ordinal);
        Assert.Equal(FakeRepository.FirstCommit, hub.Repositories["acme/bi"].Refs["main"]);
    }

    [Fact]
    public async Task Unchanged_files_are_not_sent_and_without_a_change_there_is_no_commit()
    {
        await using var hub = await FakeHub.StartAsync();
        var model = await WriteModelAsync(hub);
        await hub.Client(FakeHub.Token).PushAsync(model, "acme/new", cancellationToken: Cancel);
        hub.Calls.Clear();

        var unchanged = await hub.Client(FakeHub.Token).PushAsync(model, "acme/new", new() { ExistOk = true }, cancellationToken: Cancel);

        Assert.Equal((FakeRepository.SecondCommit, new Uri(hub.Url, "/acme/new")), (unchanged.Commit, unchanged.CommitUrl));
        Assert.Empty(hub.CallsTo("/commit/"));
        Assert.Empty(hub.CallsTo("/objects/batch"));

        await File.WriteAllTextAsync(Path.Combine(model, "config.json"), "{}", Cancel);
        await hub.Client(FakeHub.Token).PushAsync(model, "acme/new", new() { ExistOk = true }, cancellationToken: Cancel);
        Assert.Equal(["config.json"], Paths(Commit(hub)));
    }

    [Fact]
    public async Task An_empty_file_travels_in_the_commit_even_where_its_kind_is_stored_apart()
    {
        await using var hub = await FakeHub.StartAsync();
        var model = await WriteModelAsync(hub);
        await File.WriteAllBytesAsync(Path.Combine(model, "empty.bin"), [], Cancel);

        await hub.Client(FakeHub.Token).PushAsync(model, "acme/new", cancellationToken: Cancel);

        Assert.Contains("""{"key":"file","value":{"content":"","path":"empty.bin","encoding":"base64"}}""", Commit(hub).Text, StringComparison.Ordinal);
        Assert.DoesNotContain("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", Assert.Single(hub.CallsTo("/objects/batch")).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task More_than_256_files_are_asked_for_in_batches_and_go_into_one_commit()
    {
        await using var hub = await FakeHub.StartAsync();
        var model = await WriteModelAsync(hub);
        for (var i = 0; i < 257; i++)
        {
            await File.WriteAllTextAsync(Path.Combine(model, $"part-{i}.txt"), $"{i}", Cancel);
            await File.WriteAllTextAsync(Path.Combine(model, $"part-{i}.bin"), $"{i}", Cancel);
        }

        await hub.Client(FakeHub.Token).PushAsync(model, "acme/new", cancellationToken: Cancel);

        Assert.Equal([256, 256, 7], hub.CallsTo("/preupload/").Select(call => JsonSerializer.Deserialize<JsonElement>(call.Text).GetProperty("files").GetArrayLength()));
        Assert.Equal([256, 2], hub.CallsTo("/objects/batch").Select(call => JsonSerializer.Deserialize<JsonElement>(call.Text).GetProperty("objects").GetArrayLength()));
        Assert.Equal(519, Paths(Commit(hub)).Length);
    }

    [Fact]
    public async Task Files_that_the_hub_wants_left_out_and_version_control_are_not_pushed()
    {
        await using var hub = await FakeHub.StartAsync();
        var model = await WriteModelAsync(hub);
        await File.WriteAllTextAsync(Path.Combine(model, "notes.ignored"), "x", Cancel);
        Directory.CreateDirectory(Path.Combine(model, ".git"));
        await File.WriteAllTextAsync(Path.Combine(model, ".git", "config"), "secret", Cancel);
        Directory.CreateDirectory(Path.Combine(model, "sub", ".cache"));
        await File.WriteAllTextAsync(Path.Combine(model, "sub", ".cache", "x"), "x", Cancel);

        await hub.Client(FakeHub.Token).PushAsync(model, "acme/new", cancellationToken: Cancel);

        Assert.Equal(["README.md", "config.json", "empty.txt", "onnx/model.onnx", "tokenizer.json"], Paths(Commit(hub)).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Links_are_not_followed_out_of_the_directory()
    {
        await using var hub = await FakeHub.StartAsync();
        var secret = Path.Combine(hub.Folder, "id_rsa");
        await File.WriteAllTextAsync(secret, "secret", Cancel);
        var model = await WriteModelAsync(hub);
        File.CreateSymbolicLink(Path.Combine(model, "notes.txt"), secret);
        Assert.Contains("notes.txt", (await Assert.ThrowsAsync<InvalidDataException>(() => hub.Client(FakeHub.Token).PushAsync(model, "acme/new", cancellationToken: Cancel))).Message, StringComparison.Ordinal);

        File.Delete(Path.Combine(model, "notes.txt"));
        Directory.CreateSymbolicLink(Path.Combine(model, "folder"), hub.Folder);
        await Assert.ThrowsAsync<InvalidDataException>(() => hub.Client(FakeHub.Token).PushAsync(model, "acme/new", cancellationToken: Cancel));
        Assert.Empty(hub.Calls);
    }

    [Fact]
    public async Task A_snapshot_of_the_cache_can_be_pushed_with_its_links()
    {
        await using var hub = await FakeHub.StartAsync(("acme/bi", FakeRepository.BiEncoder()));
        var snapshot = await hub.Client().DownloadAsync("acme/bi", cancellationToken: Cancel);

        await hub.Client(FakeHub.Token).PushAsync(snapshot, "acme/copy", cancellationToken: Cancel);

        Assert.Equal(300_000, hub.Repositories["acme/copy"].Files.Single(file => file.Path == "onnx/model.onnx").Content.Length);
        File.CreateSymbolicLink(Path.Combine(snapshot, "evil.txt"), "../../../../../etc/passwd");
        await Assert.ThrowsAsync<InvalidDataException>(() => hub.Client(FakeHub.Token).PushAsync(snapshot, "acme/copy", new() { ExistOk = true }, cancellationToken: Cancel));
    }

    [Fact]
    public async Task A_post_is_sent_again_with_its_body_when_the_repository_was_renamed()
    {
        await using var hub = await FakeHub.StartAsync(("acme/new", new FakeRepository()));
        hub.Intercept = (context, call) =>
        {
            if (!call.Target.Contains("acme/old", StringComparison.Ordinal))
            {
                return Task.FromResult(false);
            }

            context.Response.StatusCode = 307;
            context.Response.Headers.Location = call.Target.Replace("acme/old", "acme/new", StringComparison.Ordinal);
            return Task.FromResult(true);
        };
        hub.Repositories["acme/old"] = hub.Repositories["acme/new"];

        await hub.Client(FakeHub.Token).PushAsync(await WriteModelAsync(hub), "acme/old", new() { ExistOk = true }, cancellationToken: Cancel);

        var commits = hub.CallsTo("/commit/").ToList();
        Assert.Equal(["POST", "POST"], commits.Select(call => call.Method));
        Assert.Equal(commits[0].Body, commits[1].Body);
        Assert.NotEmpty(hub.Repositories["acme/new"].Files);
    }

    [Fact]
    public async Task A_post_that_would_become_a_get_is_refused()
    {
        await using var hub = await FakeHub.StartAsync();
        hub.Intercept = (context, call) =>
        {
            context.Response.StatusCode = 302;
            context.Response.Headers.Location = "/elsewhere";
            return Task.FromResult(true);
        };

        Assert.Equal(HubErrorKind.Protocol, (await PushFailsAsync(hub)).Kind);
        Assert.Single(hub.Calls);
    }

    [Fact]
    public async Task What_is_pushed_is_not_sent_on_to_another_origin()
    {
        await using var hub = await FakeHub.StartAsync();
        hub.Answer("/commit/", 307, new Uri(hub.StorageUrl, "/steal"));

        Assert.Equal(HubErrorKind.Unsafe, (await PushFailsAsync(hub)).Kind);
        Assert.Empty(hub.CallsTo("/steal"));
    }

    [Theory]
    [InlineData(500)]
    [InlineData(503)]
    [InlineData(429)]
    public async Task A_commit_is_never_sent_twice(int status)
    {
        await using var hub = await FakeHub.StartAsync();
        hub.Answer("/commit/", status);

        var exception = await PushFailsAsync(hub);

        Assert.Single(hub.CallsTo("/commit/"));
        Assert.Empty(hub.Time.Pauses);
        if (status >= 500)
        {
            Assert.Contains("may have been made", exception.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_commit_whose_answer_breaks_off_is_not_sent_twice()
    {
        await using var hub = await FakeHub.StartAsync();
        hub.Intercept = async (context, call) =>
        {
            if (!call.Path.Contains("/commit/", StringComparison.Ordinal))
            {
                return false;
            }

            context.Response.ContentLength = 500;
            await context.Response.Body.WriteAsync("{"u8.ToArray());
            return true;
        };

        Assert.Contains("may have been made", (await PushFailsAsync(hub)).Message, StringComparison.Ordinal);
        Assert.Single(hub.CallsTo("/commit/"));
    }

    [Fact]
    public async Task A_branch_that_has_moved_is_a_conflict()
    {
        await using var hub = await FakeHub.StartAsync();
        hub.Intercept = async (context, call) =>
        {
            if (!call.Path.Contains("/commit/", StringComparison.Ordinal))
            {
                return false;
            }

            context.Response.StatusCode = 412;
            await FakeHub.WriteJsonAsync(context, new { error = "A commit has happened since. Please refresh and try again." });
            return true;
        };

        var exception = await PushFailsAsync(hub);

        Assert.Equal(HubErrorKind.Conflict, exception.Kind);
        Assert.Contains("A commit has happened since", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_cancelled_push_commits_nothing()
    {
        await using var hub = await FakeHub.StartAsync();
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        hub.Intercept = async (context, call) =>
        {
            if (call.Method == "PUT")
            {
                await cancel.CancelAsync();
                await FakeHub.StandStillAsync(context);
            }

            return false;
        };

        var model = await WriteModelAsync(hub);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => hub.Client(FakeHub.Token).PushAsync(model, "acme/new", cancellationToken: cancel.Token));

        Assert.Empty(hub.CallsTo("/commit/"));
    }

    [Fact]
    public async Task Without_a_token_or_offline_nothing_is_sent()
    {
        await using var hub = await FakeHub.StartAsync();
        var model = await WriteModelAsync(hub);

        Assert.Equal(HubErrorKind.InvalidToken, (await Assert.ThrowsAsync<HubException>(() => hub.Client().PushAsync(model, "acme/new", cancellationToken: Cancel))).Kind);
        await Assert.ThrowsAsync<HubException>(() => hub.Client(FakeHub.Token, options => options.LocalFilesOnly = true).PushAsync(model, "acme/new", cancellationToken: Cancel));
        await Assert.ThrowsAsync<DirectoryNotFoundException>(() => hub.Client(FakeHub.Token).PushAsync(model + "-none", "acme/new", cancellationToken: Cancel));
        await Assert.ThrowsAsync<ArgumentException>(() => hub.Client(FakeHub.Token).PushAsync(model, "new", cancellationToken: Cancel));
        await Assert.ThrowsAsync<ArgumentException>(() => hub.Client(FakeHub.Token).PushAsync(model, "acme/new", new() { Tags = [" "] }, cancellationToken: Cancel));
        await Assert.ThrowsAsync<ArgumentException>(() => hub.Client(FakeHub.Token).PushAsync(Directory.CreateDirectory(Path.Combine(hub.Folder, "none")).FullName, "acme/new", cancellationToken: Cancel));
        Assert.Empty(hub.Calls);
    }

    private static async Task<HubException> PushFailsAsync(FakeHub hub)
    {
        var model = await WriteModelAsync(hub);
        return await Assert.ThrowsAsync<HubException>(() => hub.Client(FakeHub.Token).PushAsync(model, "acme/new", cancellationToken: Cancel));
    }

    private static async Task<string> WriteModelAsync(FakeHub hub)
    {
        var model = Path.Combine(hub.Folder, "model");
        Directory.CreateDirectory(Path.Combine(model, "onnx"));
        await File.WriteAllTextAsync(Path.Combine(model, "config.json"), "{\"a\":1}", Cancel);
        await File.WriteAllTextAsync(Path.Combine(model, "tokenizer.json"), "{}", Cancel);
        await File.WriteAllTextAsync(Path.Combine(model, "empty.txt"), "", Cancel);
        await File.WriteAllBytesAsync(Path.Combine(model, "onnx", "model.onnx"), FakeFile.Large("x", 250_000, seed: 9).Content, Cancel);
        return model;
    }

    private static Call Commit(FakeHub hub) => Assert.Single(hub.CallsTo("/commit/"));

    private static string Card(FakeHub hub, string name)
        => System.Text.Encoding.UTF8.GetString(hub.Repositories[name].Files.Single(file => file.Path == "README.md").Content);

    private static string[] Paths(Call commit)
        => [.. commit.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Skip(1).Select(line => JsonSerializer.Deserialize<JsonElement>(line).GetProperty("value").GetProperty("path").GetString()!)];
}
