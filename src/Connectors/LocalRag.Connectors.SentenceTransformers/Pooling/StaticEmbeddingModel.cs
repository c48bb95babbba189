using System.Numerics.Tensors;
using LocalRag.Connectors.SentenceTransformers.ModelDirectory;
using LocalRag.Connectors.SentenceTransformers.Tokenization;

namespace LocalRag.Connectors.SentenceTransformers.Pooling;

/// <summary>A table of token vectors, averaged, with the modules that follow it: no graph is run.</summary>
internal sealed class StaticEmbeddingModel : ISentenceModel
{
    private readonly float[] _table;
    private readonly int _tableWidth;
    private readonly TextTokenizer _tokenizer;
    private readonly VectorStage[] _stages;
    private bool _disposed;

    private StaticEmbeddingModel(float[] table, int tableWidth, TextTokenizer tokenizer, VectorStage[] stages)
    {
        _table = table;
        _tableWidth = tableWidth;
        _tokenizer = tokenizer;
        _stages = stages;
        Width = stages.Length > 0 ? stages[^1].OutputWidth : tableWidth;
    }

    public int Width { get; }

    public bool IsGpu => false;

    public static StaticEmbeddingModel Create(StaticEmbeddingConfig config, ModelManifest manifest, TextTokenizer tokenizer)
    {
        using var file = SafetensorsFile.Open(PathOf(config));
        // sentence-transformers saves the table as the first name, model2vec as the second.
        var name = file.Contains("embedding.weight") ? "embedding.weight" : "embeddings";
        if (file.Shape(name) is not [var rows and > 0, var width and > 0])
            throw new InvalidDataException($"'{PathOf(config)}': expected '{name}' to have two dimensions, found [{string.Join(", ", file.Shape(name))}].");
        if (rows < tokenizer.VocabularySize)
            throw new InvalidDataException($"'{PathOf(config)}': '{name}' has {rows} rows, but the tokenizer knows {tokenizer.VocabularySize} tokens. The files belong to different models.");
        var table = file.ReadFloats(name, rows, width);
        return new(table, (int)width, tokenizer, ModuleWeights.Build([.. manifest.Modules.Skip(1)], (int)width));
    }

    public static string PathOf(StaticEmbeddingConfig config)
    {
        var path = Path.Combine(config.Directory, "model.safetensors");
        return File.Exists(path) ? path : throw new FileNotFoundException($"{config.Name} needs '{path}', which does not exist. Fetch the file.", path);
    }

    public TextEncoding Tokenize(string text) => _tokenizer.Encode(text, maxTokens: null, addSpecialTokens: false);

    public void Embed(TokenBatch batch, int skippedTokens, Span<float> vectors, CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        var ids = batch.InputIds.Span;
        var pooled = new float[_tableWidth];
        for (var row = 0; row < batch.RowCount; row++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var tokens = ids.Slice(row * batch.Width + batch.StartOf(row), batch.LengthOf(row));
            Array.Clear(pooled);
            foreach (var id in tokens)
                TensorPrimitives.Add(pooled, _table.AsSpan((int)id * _tableWidth, _tableWidth), pooled);
            if (!tokens.IsEmpty)
                TensorPrimitives.Divide(pooled, tokens.Length, pooled);
            var current = pooled.AsSpan();
            foreach (var stage in _stages)
            {
                var next = stage.WorksInPlace ? current : new float[stage.OutputWidth];
                stage.Apply(current, next);
                current = next;
            }

            current.CopyTo(vectors.Slice(row * Width, Width));
        }
    }

    public void Dispose() => _disposed = true;
}
