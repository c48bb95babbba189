using LocalRag.Connectors.SentenceTransformers;
using LocalRag.Connectors.SentenceTransformers.Hub.Selection;
using LocalRag.Connectors.SentenceTransformers.ModelDirectory;
using LocalRag.Hub.Tests.Server;
using LocalRag.Testing;

namespace LocalRag.Hub.Tests.Loading;

/// <summary>Models that are run from the hub's cache and pushed from memory.</summary>
public sealed class ModelLoadingTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("bert-mean-dense-tanh-normalize", false)]
    [InlineData("static-normalize", false)]
    [InlineData("bert-mean-dense-tanh-normalize", true)]
    public async Task A_bi_encoder_from_the_hub_gives_the_numbers_of_its_directory(string model, bool plainFiles)
    {
        var directory = TestFiles.Golden("models", model);
        await using var hub = await FakeHub.StartAsync(("acme/bi", Publish(directory)));

        using var local = BiEncoder.Load(directory);
        using var remote = await BiEncoder.LoadAsync("acme/bi", null, hub.Client(configure: options => options.DisableSymbolicLinks = plainFiles), Cancel);

        Assert.Equal(local.Encode("one text", cancellationToken: Cancel), remote.Encode("one text", cancellationToken: Cancel));
        Assert.Equal("acme/bi", remote.ModelId);
        Assert.Equal(local.VectorSpace, remote.VectorSpace);
        Assert.DoesNotContain(hub.Calls, call => call.Path.Contains("goldens.jsonl", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Options_of_a_model_choose_revision_cache_and_token_over_the_application_s_hub()
    {
        var repository = new FakeRepository { IsPrivate = true };
        repository.Files.AddRange(Publish(TestFiles.Golden("models", "ce-bert-1")).Files);
        repository.Refs["v1"] = FakeRepository.FirstCommit;
        repository.Refs.Remove("main");
        await using var hub = await FakeHub.StartAsync(("acme/ce", repository));
        var other = Path.Combine(hub.Folder, "other");

        using (await CrossEncoder.LoadAsync("acme/ce", new() { Revision = "v1", CacheFolder = other, Token = FakeHub.Token }, hub.Client(), Cancel))
        {
        }

        Assert.True(Directory.Exists(Path.Combine(other, "models--acme--ce")));
        Assert.False(Directory.Exists(hub.CacheFolder));
        hub.Calls.Clear();
        using (await CrossEncoder.LoadAsync("acme/ce", new() { Revision = "v1", CacheFolder = other, LocalFilesOnly = true }, hub.Client(), Cancel))
        {
        }

        Assert.Empty(hub.Calls);
    }

    [Fact]
    public async Task A_loaded_cross_encoder_is_pushed_and_loads_again()
    {
        await using var hub = await FakeHub.StartAsync();
        using var model = CrossEncoder.Load(TestFiles.Golden("models", "ce-bert-1"));
        var before = Directory.GetDirectories(Path.GetTempPath(), "localrag-push-*").Length;

        var result = await model.PushToHubAsync("acme/ce", new() { Tags = ["tiny"], CommitMessage = "First" }, hub.Client(FakeHub.Token), cancellationToken: Cancel);
        using var again = await CrossEncoder.LoadAsync("acme/ce", null, hub.Client(FakeHub.Token), Cancel);

        Assert.Equal(FakeRepository.SecondCommit, result.Commit);
        Assert.Equal(model.Predict([("a question", "a passage")], cancellationToken: Cancel), again.Predict([("a question", "a passage")], cancellationToken: Cancel));
        Assert.Equal(before, Directory.GetDirectories(Path.GetTempPath(), "localrag-push-*").Length);
    }

    [Fact]
    public async Task A_loaded_bi_encoder_is_pushed_and_loads_again()
    {
        await using var hub = await FakeHub.StartAsync();
        using var model = BiEncoder.Load(TestFiles.Golden("models", "bert-mean"));

        await model.PushToHubAsync("acme/bi", null, hub.Client(FakeHub.Token), cancellationToken: Cancel);
        using var again = await BiEncoder.LoadAsync("acme/bi", null, hub.Client(FakeHub.Token), Cancel);

        Assert.Equal(model.VectorSpace, again.VectorSpace);
        model.Dispose();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => model.PushToHubAsync("acme/bi", cancellationToken: Cancel));
    }

    [Fact]
    public void The_fastest_file_is_one_that_the_repository_has()
    {
        string[] paths = ["onnx/model.onnx", "onnx/model_qint8.onnx", "onnx/model_fp16.onnx", "config.json"];

        Assert.Equal("onnx/model_qint8.onnx", OnnxFileChoice.Find(new ListedFiles(paths), "", "fastest"));
        Assert.Equal("onnx/model_fp16.onnx", OnnxFileChoice.Find(new ListedFiles(paths), "", "fastest", gpu: true));
        Assert.Equal("onnx/model.onnx", OnnxFileChoice.Find(new ListedFiles(["onnx/model.onnx", "onnx/model_odd.onnx"]), "", "fastest"));
    }

    /// <summary>A golden model as the repository that its author would have pushed.</summary>
    private static FakeRepository Publish(string directory)
    {
        var repository = new FakeRepository();
        foreach (var path in Directory.EnumerateFiles(directory, "*", SearchOption.AllDirectories))
        {
            var name = Path.GetRelativePath(directory, path).Replace('\\', '/');
            repository.Files.Add(new FakeFile(name, File.ReadAllBytes(path), Path.GetExtension(path) is ".onnx" or ".safetensors"));
        }

        return repository;
    }
}
