using LocalRag.Connectors.SentenceTransformers.Hub;
using LocalRag.Hub.Tests.Server;

namespace LocalRag.Hub.Tests.Downloading;

public sealed class SnapshotTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Only_the_needed_files_are_downloaded_each_once()
    {
        await using var hub = await FakeHub.StartAsync(("acme/bi", FakeRepository.BiEncoder()));

        var directory = await hub.Client().DownloadAsync("acme/bi", cancellationToken: Cancel);

        Assert.Equal(FakeRepository.NeededFiles, FilesOf(directory));
        foreach (var file in hub.Repositories["acme/bi"].Files.Where(file => FakeRepository.NeededFiles.Contains(file.Path)))
        {
            Assert.Equal(file.Content, await File.ReadAllBytesAsync(Path.Combine(directory, file.Path), Cancel));
        }

        // Files of equal content are one blob.
        var needed = hub.Repositories["acme/bi"].Files.Where(file => FakeRepository.NeededFiles.Contains(file.Path));
        Assert.Equal(needed.DistinctBy(file => file.ETag).Count(), hub.ContentCalls.Count());
        Assert.DoesNotContain(hub.Calls, call => call.Method == "HEAD");
        Assert.Single(hub.Calls, call => call.Path.StartsWith("/api/models/", StringComparison.Ordinal));
    }

    [Fact]
    public async Task For_training_the_weights_are_taken_in_place_of_the_graph()
    {
        var repository = FakeRepository.BiEncoder();
        await using var hub = await FakeHub.StartAsync(("acme/bi", repository));
        string[] expected = [.. FakeRepository.NeededFiles.Select(file => file == "onnx/model.onnx" ? "model.safetensors" : file).Order(StringComparer.Ordinal)];

        var directory = await hub.Client().DownloadAsync("acme/bi", new() { ForTraining = true }, cancellationToken: Cancel);
        Assert.Equal(expected, FilesOf(directory));

        // The graph joins them in the same directory.
        Assert.Equal(directory, await hub.Client().DownloadAsync("acme/bi", cancellationToken: Cancel));
        Assert.Equal(expected.Append("onnx/model.onnx").Order(StringComparer.Ordinal), FilesOf(directory));
    }

    [Fact]
    public async Task For_training_a_model_without_a_graph_will_do_and_one_without_weights_is_refused()
    {
        var repository = FakeRepository.BiEncoder();
        repository.Files.RemoveAll(file => file.Path.StartsWith("onnx/", StringComparison.Ordinal));
        await using var hub = await FakeHub.StartAsync(("acme/bi", repository));
        var directory = await hub.Client().DownloadAsync("acme/bi", new() { ForTraining = true }, cancellationToken: Cancel);
        Assert.True(File.Exists(Path.Combine(directory, "model.safetensors")));

        repository.Files.RemoveAll(file => file.Path == "model.safetensors");
        var refusal = await Assert.ThrowsAsync<HubException>(() => hub.Client().DownloadAsync("acme/bi", new() { ForTraining = true, ForceDownload = true }, cancellationToken: Cancel));
        Assert.Equal(HubErrorKind.FileNotFound, refusal.Kind);
        Assert.Contains("model.safetensors", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_cache_has_the_layout_of_the_Python_library()
    {
        await using var hub = await FakeHub.StartAsync(("acme/bi", FakeRepository.BiEncoder()));
        await hub.Client().DownloadAsync("acme/bi", cancellationToken: Cancel);

        var root = hub.RepositoryFolder("acme/bi");
        var onnx = hub.Repositories["acme/bi"].Files.Single(file => file.Path == "onnx/model.onnx");
        Assert.Equal(FakeRepository.FirstCommit, await File.ReadAllTextAsync(Path.Combine(root, "refs", "main"), Cancel));
        Assert.Equal(onnx.Content, await File.ReadAllBytesAsync(Path.Combine(root, "blobs", onnx.Sha256), Cancel));
        Assert.Equal(Path.Combine("..", "..", "..", "blobs", onnx.Sha256), new FileInfo(hub.SnapshotPath("acme/bi", "onnx/model.onnx")).LinkTarget);
        Assert.True(File.Exists(Path.Combine(hub.CacheFolder, ".locks", "models--acme--bi", onnx.Sha256 + ".lock")));
        using var tree = System.Text.Json.JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(root, "trees", FakeRepository.FirstCommit + ".json"), Cancel));
        Assert.Equal(1, tree.RootElement.GetProperty("format_version").GetInt32());
        var entry = tree.RootElement.GetProperty("files").GetProperty("onnx/model.onnx");
        Assert.Equal(onnx.Sha256, entry.GetProperty("lfs_sha256").GetString());
        Assert.Equal(onnx.BlobId, entry.GetProperty("blob_id").GetString());
        Assert.Equal(["blobs", "refs", "snapshots", "trees"], Directory.EnumerateFileSystemEntries(root).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_cached_commit_costs_one_listing_and_no_head()
    {
        await using var hub = await FakeHub.StartAsync(("acme/bi", FakeRepository.BiEncoder()));
        var first = await hub.Client().DownloadAsync("acme/bi", cancellationToken: Cancel);
        hub.Calls.Clear();

        var second = await hub.Client().DownloadAsync("acme/bi", cancellationToken: Cancel);

        Assert.Equal(first, second);
        var call = Assert.Single(hub.Calls);
        Assert.Equal("/api/models/acme/bi/revision/main?blobs=true", call.Target);
    }

    [Fact]
    public async Task A_full_commit_that_is_cached_costs_no_request()
    {
        await using var hub = await FakeHub.StartAsync(("acme/bi", FakeRepository.BiEncoder()));
        var first = await hub.Client().DownloadAsync("acme/bi", cancellationToken: Cancel);
        hub.Calls.Clear();

        Assert.Equal(first, await hub.Client().DownloadAsync($"acme/bi@{FakeRepository.FirstCommit}", cancellationToken: Cancel));
        Assert.Empty(hub.Calls);
    }

    [Fact]
    public async Task When_the_branch_moves_only_changed_files_are_downloaded()
    {
        var repository = FakeRepository.BiEncoder();
        await using var hub = await FakeHub.StartAsync(("acme/bi", repository));
        await hub.Client().DownloadAsync("acme/bi", cancellationToken: Cancel);
        repository.Commits[FakeRepository.SecondCommit] = [.. repository.Files];
        repository.Refs["main"] = FakeRepository.SecondCommit;
        repository.Replace(FakeFile.Small("config.json", "changed"));
        hub.Calls.Clear();

        var directory = await hub.Client().DownloadAsync("acme/bi", cancellationToken: Cancel);

        Assert.EndsWith(FakeRepository.SecondCommit, directory, StringComparison.Ordinal);
        Assert.Equal(FakeRepository.NeededFiles, FilesOf(directory));
        Assert.Contains("/config.json", Assert.Single(hub.ContentCalls).Path, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("refs/pr/1")]
    [InlineData("feature/x")]
    public async Task A_revision_with_slashes_is_one_part_of_the_address_and_nested_folders_in_the_cache(string revision)
    {
        var repository = FakeRepository.BiEncoder();
        repository.Refs[revision] = FakeRepository.FirstCommit;
        await using var hub = await FakeHub.StartAsync(("acme/bi", repository));

        await hub.Client().DownloadAsync($"acme/bi@{revision}", cancellationToken: Cancel);
        await hub.Client().DownloadFileAsync("acme/bi", "README.md", new() { Revision = revision }, cancellationToken: Cancel);

        var encoded = revision.Replace("/", "%2F", StringComparison.Ordinal);
        Assert.Equal($"/api/models/acme/bi/revision/{encoded}?blobs=true", hub.Calls.First().Target);
        Assert.Contains(hub.Calls, call => call.Method == "HEAD" && call.Target == $"/acme/bi/resolve/{encoded}/README.md");
        Assert.Equal(FakeRepository.FirstCommit, await File.ReadAllTextAsync(Path.Combine(hub.RepositoryFolder("acme/bi"), "refs", revision), Cancel));
    }

    [Fact]
    public async Task The_requested_ONNX_file_is_taken_with_its_external_data()
    {
        var repository = FakeRepository.BiEncoder();
        repository.Files.Add(FakeFile.Large("onnx/model_O4.onnx_data", 100, seed: 20));
        repository.Files.Add(FakeFile.Large("onnx/model_O4.onnx_data_1", 100, seed: 21));
        repository.Files.Add(FakeFile.Large("onnx/model.onnx_data", 100, seed: 22));
        await using var hub = await FakeHub.StartAsync(("acme/bi", repository));

        var directory = await hub.Client().DownloadAsync("acme/bi", new() { OnnxFile = "model_O4.onnx" }, cancellationToken: Cancel);

        Assert.Equal(["onnx/model_O4.onnx", "onnx/model_O4.onnx_data", "onnx/model_O4.onnx_data_1"], FilesOf(directory).Where(file => file.StartsWith("onnx/", StringComparison.Ordinal)));
        var exception = await Assert.ThrowsAsync<HubException>(() => hub.Client().DownloadAsync("acme/bi", new() { OnnxFile = "model_fp16.onnx" }, cancellationToken: Cancel));
        Assert.Equal(HubErrorKind.FileNotFound, exception.Kind);
        Assert.Contains("onnx/model.onnx, onnx/model_O4.onnx, onnx/model_qint8_avx512.onnx", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Tensors_in_files_of_their_own_come_with_the_graph_of_their_folder()
    {
        var repository = new FakeRepository();
        string[] tensors = ["onnx/Constant_7_attr__value", "onnx/encoder.layer.0.weight", "onnx/onnx__MatMul_1202"];
        string[] others = ["LICENSE", "onnx/LICENSE", "onnx/config.json", "onnx/model_fp16.onnx.data", "onnx/model_fp16.onnx_data", "onnx/sentencepiece.bpe.model", "openvino/Constant_7", "onnx/.gitkeep", "onnx/sub/Constant_9"];
        foreach (var path in tensors.Concat(others).Append("onnx/model.onnx").Append("onnx/model_fp16.onnx").Append("onnx/model.onnx_data"))
        {
            repository.Files.Add(FakeFile.Small(path, path));
        }

        await using var hub = await FakeHub.StartAsync(("acme/large", repository));

        Assert.Equal(tensors.Append("onnx/model.onnx").Append("onnx/model.onnx_data").Order(StringComparer.Ordinal), FilesOf(await hub.Client().DownloadAsync("acme/large", cancellationToken: Cancel)));
    }

    [Fact]
    public async Task A_model_without_ONNX_is_refused_with_the_export_command_and_the_usual_twins()
    {
        var repository = FakeRepository.BiEncoder();
        repository.Files.RemoveAll(file => file.Path.EndsWith(".onnx", StringComparison.Ordinal));
        await using var hub = await FakeHub.StartAsync(("acme/bi", repository));

        var encoder = await Assert.ThrowsAsync<HubException>(() => hub.Client().DownloadAsync("acme/bi", cancellationToken: Cancel));
        var reranker = await Assert.ThrowsAsync<HubException>(() => hub.Client().DownloadAsync("acme/bi", ModelKind.CrossEncoder, null, null, Cancel));

        Assert.Equal(HubErrorKind.NoOnnxFile, encoder.Kind);
        Assert.Contains("""python -c "from sentence_transformers import SentenceTransformer; SentenceTransformer('acme/bi', backend='onnx').save_pretrained('bi-onnx')" """.Trim(), encoder.Message, StringComparison.Ordinal);
        Assert.Contains("""pip install "sentence-transformers[onnx]" """.Trim(), encoder.Message, StringComparison.Ordinal);
        Assert.Contains("'Xenova/bi', 'onnx-community/bi-ONNX'", encoder.Message, StringComparison.Ordinal);
        Assert.Contains("CrossEncoder('acme/bi', backend='onnx')", reranker.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(hub.Calls, call => call.ToStorage);
    }

    [Fact]
    public async Task Several_ONNX_files_without_a_default_are_listed()
    {
        var repository = FakeRepository.BiEncoder();
        repository.Files.RemoveAll(file => file.Path == "onnx/model.onnx");
        await using var hub = await FakeHub.StartAsync(("acme/bi", repository));

        var exception = await Assert.ThrowsAsync<HubException>(() => hub.Client().DownloadAsync("acme/bi", cancellationToken: Cancel));

        Assert.Equal(HubErrorKind.NoOnnxFile, exception.Kind);
        Assert.Contains("onnx/model_O4.onnx, onnx/model_qint8_avx512.onnx", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "1_Normalize")]
    [InlineData(".", "./1_Normalize")]
    [InlineData("./", "1_Normalize/")]
    public async Task A_static_model_needs_no_ONNX_file(string root, string normalize)
    {
        var repository = new FakeRepository();
        repository.Files.AddRange(
        [
            FakeFile.Small("modules.json", $$"""[{"path": "{{root}}", "type": "sentence_transformers.models.StaticEmbedding"}, {"path": "{{normalize}}", "type": "sentence_transformers.models.Normalize"}]"""),
            FakeFile.Small("1_Normalize/config.json", "{}"),
            FakeFile.Small("tokenizer.json", "{ }"),
            FakeFile.Large("model.safetensors", 1000),
            FakeFile.Large("pytorch_model.bin", 1000),
        ]);
        await using var hub = await FakeHub.StartAsync(("acme/static", repository));

        Assert.Equal(["1_Normalize/config.json", "model.safetensors", "modules.json", "tokenizer.json"], FilesOf(await hub.Client().DownloadAsync("acme/static", cancellationToken: Cancel)));
    }

    [Fact]
    public async Task A_model_without_modules_is_a_transformer_and_a_bare_vocabulary_is_taken()
    {
        var repository = new FakeRepository();
        repository.Files.AddRange([FakeFile.Small("config.json", "{}"), FakeFile.Small("vocab.txt", "[PAD]"), FakeFile.Large("model.onnx", 1000), FakeFile.Small("train.txt", "x")]);
        await using var hub = await FakeHub.StartAsync(("acme/ce", repository));

        Assert.Equal(["config.json", "model.onnx", "vocab.txt"], FilesOf(await hub.Client().DownloadAsync("acme/ce", cancellationToken: Cancel)));
    }

    [Fact]
    public async Task A_transformer_in_a_folder_brings_the_files_of_that_folder()
    {
        var repository = new FakeRepository();
        repository.Files.AddRange(
        [
            FakeFile.Small("modules.json", """[{"path": "0_Transformer", "type": "sentence_transformers.models.Transformer"}]"""),
            FakeFile.Small("0_Transformer/config.json", "{}"),
            FakeFile.Small("0_Transformer/sentence_bert_config.json", "{}"),
            FakeFile.Small("0_Transformer/tokenizer.json", "{}"),
            FakeFile.Large("0_Transformer/onnx/model.onnx", 1000, 1),
            FakeFile.Large("onnx/model.onnx", 1000, 2),
        ]);
        await using var hub = await FakeHub.StartAsync(("acme/old", repository));

        Assert.Equal(
            ["0_Transformer/config.json", "0_Transformer/onnx/model.onnx", "0_Transformer/sentence_bert_config.json", "0_Transformer/tokenizer.json", "modules.json"],
            FilesOf(await hub.Client().DownloadAsync("acme/old", cancellationToken: Cancel)));
    }

    [Fact]
    public async Task Where_a_mirror_hides_sizes_the_tree_is_read_page_by_page()
    {
        var source = FakeRepository.BiEncoder();
        var repository = new FakeRepository { HidesSizes = true, TreePageSize = 5 };
        repository.Files.AddRange(source.Files);
        await using var hub = await FakeHub.StartAsync(("acme/bi", repository));

        var directory = await hub.Client().DownloadAsync("acme/bi", cancellationToken: Cancel);

        Assert.Equal(FakeRepository.NeededFiles, FilesOf(directory));
        Assert.Equal(4, hub.Calls.Count(call => call.Path == $"/api/models/acme/bi/tree/{FakeRepository.FirstCommit}"));
    }

    [Fact]
    public async Task The_size_is_known_before_the_download_and_shrinks_with_what_is_cached()
    {
        var repository = FakeRepository.BiEncoder();
        await using var hub = await FakeHub.StartAsync(("acme/bi", repository));
        var bytes = repository.Files.Where(file => FakeRepository.NeededFiles.Contains(file.Path)).Sum(file => file.Size);

        var before = await hub.Client().GetDownloadSizeAsync("acme/bi", cancellationToken: Cancel);
        Assert.Equal(FakeRepository.NeededFiles, before.Files.Select(file => file.Path));
        Assert.Equal(bytes, before.Bytes);
        Assert.Equal(bytes - repository.Files.Single(file => file.Path == "modules.json").Size, before.BytesToDownload);
        Assert.DoesNotContain(hub.Calls, call => call.ToStorage);

        var onnx = repository.Files.Single(file => file.Path == "onnx/model.onnx");
        Directory.CreateDirectory(Path.Combine(hub.RepositoryFolder("acme/bi"), "blobs"));
        await File.WriteAllBytesAsync(Path.Combine(hub.RepositoryFolder("acme/bi"), "blobs", onnx.Sha256 + ".incomplete"), onnx.Content[..1000], Cancel);
        var partly = await hub.Client().GetDownloadSizeAsync("acme/bi", cancellationToken: Cancel);
        Assert.Equal(before.BytesToDownload - 1000, partly.BytesToDownload);

        await hub.Client().DownloadAsync("acme/bi", cancellationToken: Cancel);
        var after = await hub.Client().GetDownloadSizeAsync("acme/bi", cancellationToken: Cancel);
        Assert.Equal((bytes, 0), (after.Bytes, after.BytesToDownload));
    }

    [Fact]
    public async Task Progress_counts_every_byte_and_file_once()
    {
        var repository = FakeRepository.BiEncoder();
        await using var hub = await FakeHub.StartAsync(("acme/bi", repository));
        var bytes = repository.Files.Where(file => FakeRepository.NeededFiles.Contains(file.Path)).Sum(file => file.Size);
        var reports = new Reports();

        await hub.Client().DownloadAsync("acme/bi", progress: reports, cancellationToken: Cancel);

        Assert.All(reports.All, report => Assert.Equal((bytes, FakeRepository.NeededFiles.Length), (report.Bytes, report.Files)));
        Assert.Equal((bytes, FakeRepository.NeededFiles.Length), (reports.All[^1].BytesDone, reports.All[^1].FilesDone));
        Assert.Equal(reports.All.Select(report => report.BytesDone).Order(), reports.All.Select(report => report.BytesDone));
        Assert.Contains(reports.All, report => report.File == "onnx/model.onnx" && report.FileBytesDone > 0 && report.FileBytesDone < report.FileBytes);
    }

    [Fact]
    public async Task At_most_the_set_number_of_files_move_at_the_same_time()
    {
        await using var hub = await FakeHub.StartAsync(("acme/bi", FakeRepository.BiEncoder()));
        var running = 0;
        var most = 0;
        using var gate = new SemaphoreSlim(0);
        hub.Intercept = async (context, call) =>
        {
            if (call.Path.Contains("modules.json", StringComparison.Ordinal) || !hub.ContentCalls.Contains(call))
            {
                return false;
            }

            InterlockedMax(ref most, Interlocked.Increment(ref running));
            if (running == 3)
            {
                gate.Release(100);
            }

            await gate.WaitAsync(context.RequestAborted);
            Interlocked.Decrement(ref running);
            return false;
        };

        await hub.Client(configure: options => options.MaxParallelDownloads = 3).DownloadAsync("acme/bi", cancellationToken: Cancel);

        Assert.Equal(3, most);
    }

    [Fact]
    public async Task Parallel_calls_for_the_same_model_download_each_file_once()
    {
        await using var hub = await FakeHub.StartAsync(("acme/bi", FakeRepository.BiEncoder()));

        var directories = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => hub.Client().DownloadAsync("acme/bi", cancellationToken: Cancel)));

        Assert.Single(directories.Distinct());
        Assert.Equal(hub.ContentCalls.Select(call => call.Path).Distinct().Count(), hub.ContentCalls.Count());
    }

    [Fact]
    public async Task A_forced_download_replaces_what_is_cached()
    {
        await using var hub = await FakeHub.StartAsync(("acme/bi", FakeRepository.BiEncoder()));
        var directory = await hub.Client().DownloadAsync("acme/bi", cancellationToken: Cancel);
        var onnx = hub.Repositories["acme/bi"].Files.Single(file => file.Path == "onnx/model.onnx");
        await File.WriteAllBytesAsync(Path.Combine(directory, "onnx/model.onnx"), new byte[onnx.Content.Length], Cancel);

        await hub.Client().DownloadAsync("acme/bi", new() { ForceDownload = true }, cancellationToken: Cancel);

        Assert.Equal(onnx.Content, await File.ReadAllBytesAsync(Path.Combine(directory, "onnx/model.onnx"), Cancel));
        await Assert.ThrowsAsync<ArgumentException>(() => hub.Client().DownloadAsync("acme/bi", new() { ForceDownload = true, LocalFilesOnly = true }, cancellationToken: Cancel));
        await Assert.ThrowsAsync<ArgumentException>(() => hub.Client().DownloadFileAsync("acme/bi", "README.md", new() { ForceDownload = true, LocalFilesOnly = true }, cancellationToken: Cancel));
    }

    [Fact]
    public async Task A_cancelled_download_keeps_what_has_arrived()
    {
        var repository = FakeRepository.BiEncoder();
        await using var hub = await FakeHub.StartAsync(("acme/bi", repository));
        var onnx = repository.Files.Single(file => file.Path == "onnx/model.onnx");
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        hub.Intercept = async (context, call) =>
        {
            if (!call.Path.EndsWith(onnx.Sha256, StringComparison.Ordinal) || call.Range is not null)
            {
                return false;
            }

            context.Response.ContentLength = onnx.Content.Length;
            await context.Response.Body.WriteAsync(onnx.Content.AsMemory(0, 100_000));
            await context.Response.Body.FlushAsync();
            await FakeHub.StandStillAsync(context);
            return true;
        };
        var progress = new Reports { OnReport = report => { if (report.File == onnx.Path && report.FileBytesDone == 100_000) { cancel.Cancel(); } } };

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => hub.Client().DownloadAsync("acme/bi", progress: progress, cancellationToken: cancel.Token));
        Assert.Equal(100_000, new FileInfo(Path.Combine(hub.RepositoryFolder("acme/bi"), "blobs", onnx.Sha256 + ".incomplete")).Length);
        Assert.False(File.Exists(hub.SnapshotPath("acme/bi", "onnx/model.onnx")));

        await hub.Client().DownloadAsync("acme/bi", cancellationToken: Cancel);
        Assert.Equal("bytes=100000-", hub.Calls.Last(call => call.Path.EndsWith(onnx.Sha256, StringComparison.Ordinal)).Range);
        Assert.Equal(onnx.Content, await File.ReadAllBytesAsync(hub.SnapshotPath("acme/bi", "onnx/model.onnx"), Cancel));
    }

    private static void InterlockedMax(ref int target, int value)
    {
        int seen;
        while (value > (seen = Volatile.Read(ref target)) && Interlocked.CompareExchange(ref target, value, seen) != seen)
        {
        }
    }

    private static string[] FilesOf(string directory)
        => [.. Directory.EnumerateFiles(directory, "*", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(directory, file).Replace('\\', '/')).Order(StringComparer.Ordinal)];
}
