namespace LocalRag.Hub.Tests.Server;

/// <summary>A repository of the fake hub: one set of files per commit, and names for commits.</summary>
internal sealed class FakeRepository
{
    public const string FirstCommit = "1111111111111111111111111111111111111111";
    public const string SecondCommit = "2222222222222222222222222222222222222222";

    public Dictionary<string, string> Refs { get; } = new() { ["main"] = FirstCommit };

    public Dictionary<string, List<FakeFile>> Commits { get; } = new() { [FirstCommit] = [] };

    public bool IsPrivate { get; init; }

    /// <summary>Whether the model information leaves sizes and hashes out, as some mirrors do.</summary>
    public bool HidesSizes { get; init; }

    public int TreePageSize { get; init; } = 1000;

    public List<FakeFile> Files => Commits[Refs["main"]];

    public string? Resolve(string revision) => Commits.ContainsKey(revision) ? revision : Refs.GetValueOrDefault(revision);

    public void Replace(FakeFile file)
    {
        Files.RemoveAll(old => old.Path == file.Path);
        Files.Add(file);
    }

    /// <summary>A bi-encoder as the Python library saves it, the needed files and some that are not.</summary>
    public static FakeRepository BiEncoder(int weights = 300_000)
    {
        var repository = new FakeRepository();
        repository.Files.AddRange(
        [
            FakeFile.Small("README.md", "# A model"),
            FakeFile.Small("modules.json", """
                [{"idx": 0, "name": "0", "path": "", "type": "sentence_transformers.models.Transformer"},
                 {"idx": 1, "name": "1", "path": "1_Pooling", "type": "sentence_transformers.models.Pooling"},
                 {"idx": 2, "name": "2", "path": "2_Dense", "type": "sentence_transformers.models.Dense"},
                 {"idx": 3, "name": "3", "path": "3_Normalize", "type": "sentence_transformers.models.Normalize"}]
                """),
            FakeFile.Small("config.json", """{"model_type": "bert"}"""),
            FakeFile.Small("config_sentence_transformers.json", "{}"),
            FakeFile.Small("sentence_bert_config.json", """{"max_seq_length": 256}"""),
            FakeFile.Small("tokenizer.json", """{"version": "1.0"}"""),
            FakeFile.Small("tokenizer_config.json", "{}"),
            FakeFile.Small("special_tokens_map.json", "{}"),
            FakeFile.Small("vocab.txt", "[PAD]"),
            FakeFile.Small("1_Pooling/config.json", """{"pooling_mode_mean_tokens": true}"""),
            FakeFile.Small("2_Dense/config.json", "{}"),
            FakeFile.Large("2_Dense/model.safetensors", 5000, seed: 2),
            FakeFile.Large("model.safetensors", 7000, seed: 3),
            FakeFile.Large("pytorch_model.bin", 7000, seed: 4),
            FakeFile.Large("onnx/model.onnx", weights, seed: 5),
            FakeFile.Large("onnx/model_O4.onnx", 4000, seed: 6),
            FakeFile.Large("onnx/model_qint8_avx512.onnx", 3000, seed: 7),
            FakeFile.Large("openvino/openvino_model.bin", 2000, seed: 8),
        ]);
        return repository;
    }

    /// <summary>What a bi-encoder needs of <see cref="BiEncoder"/>, in ordinal order.</summary>
    public static readonly string[] NeededFiles =
    [
        "1_Pooling/config.json", "2_Dense/config.json", "2_Dense/model.safetensors", "config.json", "config_sentence_transformers.json", "modules.json",
        "onnx/model.onnx", "sentence_bert_config.json", "special_tokens_map.json", "tokenizer.json", "tokenizer_config.json",
    ];
}
