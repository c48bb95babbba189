using System.Buffers;
using LocalRag.Connectors.SentenceTransformers.Inference;
using LocalRag.Connectors.SentenceTransformers.ModelDirectory;
using LocalRag.Connectors.SentenceTransformers.Tokenization;

namespace LocalRag.Connectors.SentenceTransformers.Pooling;

/// <summary>An ONNX graph with the modules that follow it.</summary>
internal sealed class TransformerModel : ISentenceModel
{
    private readonly OnnxModel _graph;
    private readonly TextTokenizer _tokenizer;
    private readonly int? _maxTokens;
    private readonly string[] _output;
    private readonly TokenPooler[] _poolers;
    private readonly VectorStage[] _stages;
    private readonly int _widest;

    private TransformerModel(OnnxModel graph, TextTokenizer tokenizer, int? maxTokens, GraphOutput output, TokenPooler[] poolers, int pooledWidth, VectorStage[] stages)
    {
        _graph = graph;
        _tokenizer = tokenizer;
        _maxTokens = maxTokens;
        _output = [output.Name];
        _poolers = poolers;
        _stages = stages;
        PooledWidth = pooledWidth;
        Width = stages.Length > 0 ? stages[^1].OutputWidth : pooledWidth;
        _widest = Math.Max(pooledWidth, stages.Length > 0 ? stages.Max(stage => stage.OutputWidth) : 0);
    }

    public int Width { get; }

    public bool IsGpu => _graph.IsGpu;

    private int PooledWidth { get; }

    /// <summary>Joins graph and modules; takes over the graph. Refuses combinations that do not fit.</summary>
    public static TransformerModel Create(OnnxModel graph, ModelManifest manifest, TextTokenizer tokenizer, int? maxTokens)
    {
        var pooling = manifest.Modules.OfType<PoolingConfig>().FirstOrDefault();
        var tokens = FindTokenOutput(graph);
        var sentence = graph.Outputs.FirstOrDefault(output => output.Name == "sentence_embedding");
        var modules = manifest.Modules.Where(module => module is not (TransformerConfig or PoolingConfig)).ToList();
        var missing = ModuleWeights.FirstMissing(modules);
        if (pooling is not null && tokens is not null && (missing is null || sentence is null))
        {
            var width = WidthOf(tokens, graph, tokenizer);
            if (pooling.Width is { } stated && stated != width)
                throw new InvalidDataException($"{pooling.Name} is made for token vectors of {stated} components, but '{graph.FilePath}' gives {width}. The files belong to different models.");
            var pooled = width * pooling.Modes.Count;
            return new(graph, tokenizer, maxTokens, tokens, [.. pooling.Modes.Select(TokenPoolers.Of)], pooled, ModuleWeights.Build(modules, pooled));
        }

        if (sentence is null)
        {
            throw new InvalidDataException($"'{graph.FilePath}' has neither token vectors (last_hidden_state or token_embeddings, three dimensions){(pooling is null ? " with a Pooling module" : "")} nor sentence_embedding; found: {graph.OutputNames}. " +
                "Export the model for feature extraction; a cross-encoder is loaded with CrossEncoder.");
        }

        if (pooling is { IncludePrompt: false } && manifest.Prompts.Values.Any(prompt => prompt.Length > 0))
            throw new InvalidDataException($"{pooling.Name} leaves prompts out of the pooling, but '{graph.FilePath}' pools by itself ({graph.OutputNames}). Export the graph with its token vectors.");

        var sentenceWidth = WidthOf(sentence, graph, tokenizer);
        VectorStage[] stages = modules.Any(module => module is NormalizeConfig) ? [new NormalizeStage(sentenceWidth)] : [];
        return new(graph, tokenizer, maxTokens, sentence, [], sentenceWidth, stages);
    }

    public TextEncoding Tokenize(string text) => _tokenizer.Encode(text, _maxTokens);

    public void Embed(TokenBatch batch, int skippedTokens, Span<float> vectors, CancellationToken cancellationToken)
    {
        using var outputs = _graph.Run(batch, _output, cancellationToken);
        var values = outputs.Values(0);
        var expected = (long)batch.RowCount * (_poolers.Length == 0 ? PooledWidth : (long)batch.Width * (PooledWidth / _poolers.Length));
        if (values.Length != expected)
            throw new InvalidDataException($"'{_graph.FilePath}' returned {_output[0]} of shape [{string.Join(", ", outputs.Shape(0))}] for {batch.RowCount} texts of {batch.Width} tokens; expected {expected} values.");

        var scratch = ArrayPool<float>.Shared.Rent(2 * _widest);
        try
        {
            for (var row = 0; row < batch.RowCount; row++)
            {
                var current = scratch.AsSpan(0, PooledWidth);
                if (_poolers.Length == 0)
                    values.Slice(row * PooledWidth, PooledWidth).CopyTo(current);
                else
                    Pool(batch, row, skippedTokens, values, current);
                RunStages(scratch, current, vectors.Slice(row * Width, Width));
            }
        }
        finally
        {
            ArrayPool<float>.Shared.Return(scratch);
        }
    }

    public void Dispose() => _graph.Dispose();

    private void Pool(TokenBatch batch, int row, int skippedTokens, ReadOnlySpan<float> values, Span<float> pooled)
    {
        var width = PooledWidth / _poolers.Length;
        var length = batch.LengthOf(row);
        var skipped = Math.Min(skippedTokens, length);
        var first = row * batch.Width + batch.StartOf(row) + skipped;
        var tokens = values.Slice(first * width, (length - skipped) * width);
        for (var i = 0; i < _poolers.Length; i++)
            _poolers[i](tokens, skipped, pooled.Slice(i * width, width));
    }

    // Two halves of the scratch buffer take turns, because a matrix product cannot work in place.
    private void RunStages(float[] scratch, Span<float> current, Span<float> result)
    {
        var inFirstHalf = true;
        foreach (var stage in _stages)
        {
            if (!stage.WorksInPlace)
                inFirstHalf = !inFirstHalf;
            var next = scratch.AsSpan(inFirstHalf ? 0 : _widest, stage.OutputWidth);
            stage.Apply(current, next);
            current = next;
        }

        current.CopyTo(result);
    }

    private static GraphOutput? FindTokenOutput(OnnxModel graph)
    {
        foreach (var name in new[] { "token_embeddings", "last_hidden_state" })
        {
            if (graph.Outputs.FirstOrDefault(output => output.Name == name) is { } known)
                return known;
        }

        // Exporters name a single output as they like; of several unnamed ones none can be trusted to be the last layer.
        return graph.Outputs is [{ Rank: 3 } only] ? only : null;
    }

    private static int WidthOf(GraphOutput output, OnnxModel graph, TextTokenizer tokenizer)
    {
        if (output.Width is { } width)
            return width;
        using var probe = new TokenBatch([tokenizer.Encode("a")], [0], tokenizer);
        using var outputs = graph.Run(probe, [output.Name], CancellationToken.None);
        return (int)outputs.Shape(0)[^1];
    }
}
