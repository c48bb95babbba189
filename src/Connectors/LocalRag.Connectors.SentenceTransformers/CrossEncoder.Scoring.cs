using System.Numerics.Tensors;
using LocalRag.Connectors.SentenceTransformers.Batching;
using LocalRag.Connectors.SentenceTransformers.Inference;
using LocalRag.Connectors.SentenceTransformers.Scoring;

namespace LocalRag.Connectors.SentenceTransformers;

public sealed partial class CrossEncoder
{
    /// <summary>Scores one pair.</summary>
    /// <param name="first">The question, or the first text.</param>
    /// <param name="second">The passage, or the second text.</param>
    /// <param name="options">Activation and more; null for the defaults.</param>
    /// <param name="cancellationToken">Stops the running graph.</param>
    /// <returns>The score.</returns>
    /// <exception cref="ArgumentNullException">A text is null.</exception>
    /// <exception cref="InvalidOperationException">The model has several labels: use <see cref="PredictAll"/>.</exception>
    public float Predict(string first, string second, PredictOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(first);
        ArgumentNullException.ThrowIfNull(second);
        return Predict([(first, second)], options, cancellationToken)[0];
    }

    /// <summary>Scores pairs with a model of one label.</summary>
    /// <param name="pairs">The pairs, question first; may be empty.</param>
    /// <param name="options">Activation and more; null for the defaults.</param>
    /// <param name="cancellationToken">Looked at between batches; stops a running graph too.</param>
    /// <returns>One score per pair, in the order of the pairs.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="pairs"/> is null.</exception>
    /// <exception cref="ArgumentException">A text is null, or the prompt's name is unknown; the message names it.</exception>
    /// <exception cref="InvalidOperationException">The model has several labels: use <see cref="PredictAll"/>.</exception>
    public float[] Predict(IReadOnlyList<(string First, string Second)> pairs, PredictOptions? options = null, CancellationToken cancellationToken = default)
    {
        ThrowIfSeveralLabels(nameof(Predict));
        return Score(pairs, options, cancellationToken);
    }

    /// <summary>Scores pairs with a model of any number of labels.</summary>
    /// <param name="pairs">The pairs; may be empty.</param>
    /// <param name="options">Activation, softmax and more; null for the defaults.</param>
    /// <param name="cancellationToken">Looked at between batches; stops a running graph too.</param>
    /// <returns>One row per pair, in the order of the pairs, with one score per label.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="pairs"/> is null.</exception>
    /// <exception cref="ArgumentException">A text is null, or the prompt's name is unknown; the message names it.</exception>
    public float[][] PredictAll(IReadOnlyList<(string First, string Second)> pairs, PredictOptions? options = null, CancellationToken cancellationToken = default)
    {
        var scores = Score(pairs, options, cancellationToken);
        var rows = new float[pairs.Count][];
        for (var i = 0; i < rows.Length; i++)
            rows[i] = scores.AsSpan(i * NumLabels, NumLabels).ToArray();
        return rows;
    }

    /// <summary>Scores pairs into a tensor.</summary>
    /// <inheritdoc cref="PredictAll" path="/param"/>
    /// <inheritdoc cref="PredictAll" path="/exception"/>
    /// <returns>A tensor of shape [pairs] for one label, [pairs, labels] for several.</returns>
    public Tensor<float> PredictTensor(IReadOnlyList<(string First, string Second)> pairs, PredictOptions? options = null, CancellationToken cancellationToken = default)
    {
        var scores = Score(pairs, options, cancellationToken);
        return Tensor.Create(scores, NumLabels == 1 ? [pairs.Count] : [pairs.Count, NumLabels]);
    }

    /// <summary>Orders documents by how well they answer a query.</summary>
    /// <param name="query">The question.</param>
    /// <param name="documents">The candidates; may be empty.</param>
    /// <param name="topK">How many to return at the most, 1 or more; null returns all.</param>
    /// <param name="returnDocuments">Whether the results carry their texts.</param>
    /// <param name="options">Activation and more; null for the defaults.</param>
    /// <param name="cancellationToken">Looked at between batches; stops a running graph too.</param>
    /// <returns>The best documents, by falling score; equal scores keep the order of <paramref name="documents"/>.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="query"/> or <paramref name="documents"/> is null.</exception>
    /// <exception cref="ArgumentException">A document is null, or the prompt's name is unknown; the message names it.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="topK"/> is below 1.</exception>
    /// <exception cref="InvalidOperationException">The model has several labels, so that there is no order.</exception>
    public IReadOnlyList<RankedDocument> Rank(
        string query, IReadOnlyList<string> documents, int? topK = null, bool returnDocuments = false, PredictOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(query);
        ArgumentNullException.ThrowIfNull(documents);
        if (topK is { } k)
            ArgumentOutOfRangeException.ThrowIfLessThan(k, 1, nameof(topK));
        ThrowIfSeveralLabels(nameof(Rank));
        var pairs = new (string, string)[documents.Count];
        for (var i = 0; i < pairs.Length; i++)
            pairs[i] = (query, documents[i] ?? throw new ArgumentException($"Document {i} of {documents.Count} is null; expected a text, which may be empty.", nameof(documents)));

        var scores = Score(pairs, options, cancellationToken);
        var order = Ranking.BestFirst(scores);
        var count = Math.Min(topK ?? order.Length, order.Length);
        var ranked = new RankedDocument[count];
        for (var i = 0; i < count; i++)
            ranked[i] = new(order[i], scores[order[i]], returnDocuments ? documents[order[i]] : null);
        return ranked;
    }

    /// <summary>Scores of all pairs, row by row.</summary>
    internal float[] Score(IReadOnlyList<(string First, string Second)> pairs, PredictOptions? options, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(pairs);
        ObjectDisposedException.ThrowIf(_disposed, this);
        options ??= new();
        options.Validate();
        var prompt = _prompts.Resolve(options.Prompt, options.PromptName);
        ThrowIfNullText(pairs);
        var scores = new float[checked(pairs.Count * NumLabels)];
        if (pairs.Count == 0)
            return scores;

        var maxTokens = options.MaxTokens ?? MaxTokens;
        ModelTelemetry.Record("rerank", ModelId, pairs.Count, call => BatchedRun.ForEach(
            pairs.Count,
            i => _tokenizer.EncodePair(_prompts.Prepare(prompt, pairs[i].First), _prompts.Prepare("", pairs[i].Second), maxTokens, _options.Truncation),
            BatchLimits.Of(_options.TokenBudget, _graph.IsGpu, _options.BatchIndependent, options.BatchSize), options.Workers, _tokenizer,
            encoded: null,
            (batch, rows) =>
            {
                ScoreBatch(batch, rows, options, scores, cancellationToken);
                call.Count(batch);
            },
            options.Progress, cancellationToken));
        return scores;
    }

    private void ScoreBatch(TokenBatch batch, ReadOnlySpan<int> rows, PredictOptions options, float[] scores, CancellationToken cancellationToken)
    {
        using var outputs = _graph.Run(batch, [_logits.Name], cancellationToken);
        var logits = outputs.Values(0);
        if (logits.Length != rows.Length * NumLabels)
            throw new InvalidDataException($"'{_graph.FilePath}' returned {_logits.Name} of shape [{string.Join(", ", outputs.Shape(0))}] for {rows.Length} pairs and {NumLabels} labels.");
        for (var i = 0; i < rows.Length; i++)
        {
            var row = scores.AsSpan(rows[i] * NumLabels, NumLabels);
            logits.Slice(i * NumLabels, NumLabels).CopyTo(row);
            Activations.Apply(options.Activation ?? Activation, row);
            if (options.ApplySoftmax)
                Activations.Apply(ActivationFunction.Softmax, row);
        }
    }

    private void ThrowIfSeveralLabels(string method)
    {
        if (NumLabels != 1)
            throw new InvalidOperationException($"{method} needs a model with one label, but '{ModelId}' has {NumLabels} ({string.Join(", ", Labels)}). Use PredictAll.");
    }
}
