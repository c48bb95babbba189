using System.Text.Json;
using LocalRag.Connectors.SentenceTransformers;
using LocalRag.Connectors.SentenceTransformers.Inference;
using LocalRag.Connectors.SentenceTransformers.ModelDirectory;
using LocalRag.Connectors.SentenceTransformers.Tokenization;

namespace LocalRag.Cli.Models;

/// <summary>What a model directory says, as far as it could be read: every part is tried by itself, so that all that is wrong is told at once.</summary>
internal sealed class ModelDescription
{
    private readonly string _name, _directory;
    private readonly string? _wantedFile;
    private readonly List<string> _refused = [];
    private readonly List<Action<Utf8JsonWriter>> _facts = [];

    private ModelDescription(string name, string directory, string? wantedFile) => (_name, _directory, _wantedFile) = (name, directory, wantedFile);

    /// <summary>Why the model cannot be used; empty where it can.</summary>
    public IReadOnlyList<string> Refused => _refused;

    /// <summary>Reads a directory as the kind of model that its files say it is, and opens it.</summary>
    public static ModelDescription Read(string name, string directory, string? wantedFile)
    {
        var description = new ModelDescription(name, directory, wantedFile);
        if (description.Try(() => DirectoryKind.Of(directory)) is { } kind)
            description.Read(kind);
        return description;
    }

    public void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("model", _name);
        json.WriteString("directory", _directory);
        foreach (var fact in _facts)
            fact(json);
        json.WriteStartArray("refused");
        foreach (var reason in _refused)
            json.WriteStringValue(reason);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private void Read(string kind)
    {
        _facts.Add(json => json.WriteString("kind", kind));
        if (Try(() => TextTokenizer.Load(_directory)) is { } tokenizer)
            _facts.Add(json => WriteTokenizer(json, tokenizer));
        if (kind == DirectoryKind.Tokenizer)
            return;
        var isPair = kind == DirectoryKind.CrossEncoder;
        var manifest = Try(() => isPair ? ManifestReader.ReadCrossEncoder(_directory) : ManifestReader.ReadBiEncoder(_directory));
        if (manifest is not null)
            _facts.Add(json => WriteModules(json, manifest));
        if (manifest is null or { Modules: not [StaticEmbeddingConfig, ..] })
        {
            if (Try(() => OnnxFile.Choose(_directory, manifest?.NetworkFolder ?? "", _wantedFile)) is not { } path)
                return;
            _facts.Add(json => json.WriteString("onnx_file", Path.GetRelativePath(_directory, path).Replace('\\', '/')));
            if (Try(() => OnnxModel.Load(path, new BiEncoderOptions { Device = "cpu" })) is not { } graph)
                return;
            using (graph)
            {
                string[] inputs = [.. graph.InputNames], outputs = [.. graph.Outputs.Select(output => output.ToString())];
                _facts.Add(json => WriteList(json, "inputs", inputs));
                _facts.Add(json => WriteList(json, "outputs", outputs));
            }
        }

        // What was refused before would only be refused once more.
        if (_refused.Count > 0)
            return;
        if (isPair)
            Describe(Try(() => CrossEncoder.Load(_directory, new() { OnnxFile = _wantedFile })));
        else
            Describe(Try(() => BiEncoder.Load(_directory, new() { OnnxFile = _wantedFile })));
    }

    private void Describe(BiEncoder? encoder)
    {
        if (encoder is null)
            return;
        using (encoder)
        {
            var space = encoder.VectorSpace.Id;
            _facts.Add(json =>
            {
                json.WriteString("model_id", encoder.ModelId);
                WriteNumber(json, "max_tokens", encoder.MaxTokens);
                json.WriteNumber("dimensions", encoder.Dimensions);
                json.WriteString("similarity", encoder.SimilarityFunction.ToString().ToLowerInvariant());
                WritePrompts(json, encoder.Prompts, encoder.DefaultPromptName);
                json.WriteString("vector_space", space);
            });
        }
    }

    private void Describe(CrossEncoder? encoder)
    {
        if (encoder is null)
            return;
        using (encoder)
        {
            _facts.Add(json =>
            {
                json.WriteString("model_id", encoder.ModelId);
                WriteNumber(json, "max_tokens", encoder.MaxTokens);
                WriteList(json, "labels", encoder.Labels);
                json.WriteString("activation", encoder.Activation.ToString().ToLowerInvariant());
                WritePrompts(json, encoder.Prompts, encoder.DefaultPromptName);
            });
        }
    }

    private static void WriteTokenizer(Utf8JsonWriter json, TextTokenizer tokenizer)
    {
        json.WriteStartObject("tokenizer");
        json.WriteNumber("vocabulary_size", tokenizer.VocabularySize);
        WriteNumber(json, "model_max_length", tokenizer.ModelMaxLength);
        json.WriteNumber("special_tokens", tokenizer.SpecialTokenCount(pair: false));
        json.WriteNumber("special_tokens_of_a_pair", tokenizer.SpecialTokenCount(pair: true));
        json.WriteNumber("pad_token_id", tokenizer.PadTokenId);
        json.WriteString("padding_side", tokenizer.PadLeft ? "left" : "right");
        json.WriteString("truncation_side", tokenizer.TruncateLeft ? "left" : "right");
        json.WriteEndObject();
    }

    private void WriteModules(Utf8JsonWriter json, ModelManifest manifest) =>
        WriteList(json, "modules", manifest.Modules.Select(module => module switch
        {
            PoolingConfig pooling => $"{Short(module)}: {string.Join(" + ", pooling.Modes)}{(pooling.IncludePrompt ? "" : ", without the prompt")}",
            DenseConfig dense => $"{Short(module)}: {dense.InputWidth} to {dense.OutputWidth}, {dense.Activation}",
            _ => Short(module),
        }));

    // The names hold full paths, as messages need them; here the folder inside the model is enough.
    private string Short(ModuleConfig module) =>
        module.Name.Replace($" ('{_directory}')", "", StringComparison.Ordinal).Replace(_directory + Path.DirectorySeparatorChar, "", StringComparison.Ordinal);

    private static void WritePrompts(Utf8JsonWriter json, IReadOnlyDictionary<string, string> prompts, string? defaultName)
    {
        json.WriteStartObject("prompts");
        foreach (var (name, text) in prompts)
            json.WriteString(name, text);
        json.WriteEndObject();
        json.WriteString("default_prompt_name", defaultName);
    }

    private static void WriteList(Utf8JsonWriter json, string name, IEnumerable<string> values)
    {
        json.WriteStartArray(name);
        foreach (var value in values)
            json.WriteStringValue(value);
        json.WriteEndArray();
    }

    private static void WriteNumber(Utf8JsonWriter json, string name, int? value)
    {
        if (value is { } number)
            json.WriteNumber(name, number);
        else
            json.WriteNull(name);
    }

    private T? Try<T>(Func<T> read)
        where T : class
    {
        try
        {
            return read();
        }
        catch (Exception exception) when (exception is IOException or InvalidDataException or ArgumentException or NotSupportedException or InvalidOperationException or UnauthorizedAccessException)
        {
            _refused.Add(ToolErrors.Describe(exception));
            return null;
        }
    }
}
