using System.Text.Json;
using LocalRag.Testing;

namespace LocalRag.Cli.Tests.Commands;

public sealed class InfoCommandTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("localrag-info-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task A_bi_encoder_is_described()
    {
        var info = JsonElement.Parse((await ToolRun.OfAsync("", "info", TestFiles.Golden("models", "bert-mean-dense-tanh-normalize"))).Output);
        Assert.Equal("bi-encoder", info.GetProperty("kind").GetString());
        Assert.Equal(["Transformer", "Pooling ('1_Pooling'): Mean", "Dense ('2_Dense'): 32 to 16, Tanh", "Normalize ('3_Normalize')"], info.GetProperty("modules").EnumerateArray().Select(module => module.GetString()));
        Assert.Equal(16, info.GetProperty("dimensions").GetInt32());
        Assert.Equal("onnx/model.onnx", info.GetProperty("onnx_file").GetString());
        Assert.Equal(16, info.GetProperty("vector_space").GetString()!.Length);
        Assert.Equal(0, info.GetProperty("refused").GetArrayLength());
    }

    [Fact]
    public async Task A_cross_encoder_is_described()
    {
        var info = JsonElement.Parse((await ToolRun.OfAsync("", "info", TestFiles.Golden("models", "ce-bert-3"))).Output);
        Assert.Equal("cross-encoder", info.GetProperty("kind").GetString());
        Assert.Equal(["contradiction", "entailment", "neutral"], info.GetProperty("labels").EnumerateArray().Select(label => label.GetString()));
        Assert.Equal("identity", info.GetProperty("activation").GetString());
    }

    [Fact]
    public async Task A_tokenizer_alone_is_described()
    {
        var info = JsonElement.Parse((await ToolRun.OfAsync("", "info", TestFiles.Golden("tokenizers", "xlm-roberta"))).Output);
        Assert.Equal("tokenizer", info.GetProperty("kind").GetString());
        Assert.Equal(4, info.GetProperty("tokenizer").GetProperty("special_tokens_of_a_pair").GetInt32());
    }

    [Fact]
    public async Task Both_embedded_models_are_described()
    {
        var run = await ToolRun.OfAsync("", "info", "mini");
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Contains("\"kind\": \"bi-encoder\"", run.Output, StringComparison.Ordinal);
        Assert.Contains("\"kind\": \"cross-encoder\"", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task All_that_is_refused_is_told_at_once()
    {
        foreach (var path in Directory.EnumerateFiles(TestFiles.Golden("models", "bert-mean"), "*.json"))
            File.Copy(path, Path.Combine(_folder.FullName, Path.GetFileName(path)));
        await File.WriteAllTextAsync(Path.Combine(_folder.FullName, "modules.json"), """[{"idx": 0, "name": "0", "path": "", "type": "sentence_transformers.models.SpladePooling"}]""", TestContext.Current.CancellationToken);
        var run = await ToolRun.OfAsync("", "info", _folder.FullName);
        Assert.Equal(1, run.ExitCode);
        var refused = JsonElement.Parse(run.Output).GetProperty("refused").EnumerateArray().Select(reason => reason.GetString()!).ToArray();
        Assert.Contains(refused, reason => reason.Contains("SpladePooling", StringComparison.Ordinal));
        Assert.Contains(refused, reason => reason.Contains("no ONNX file", StringComparison.Ordinal));
        Assert.All(refused, reason => Assert.Contains(reason, run.Error, StringComparison.Ordinal));
    }
}
