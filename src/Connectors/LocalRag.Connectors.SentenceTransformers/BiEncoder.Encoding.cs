using System.Buffers;
using System.Runtime.CompilerServices;
using LocalRag.Connectors.SentenceTransformers.Batching;
using LocalRag.Connectors.SentenceTransformers.Inference;
using LocalRag.Connectors.SentenceTransformers.ModelDirectory;

namespace LocalRag.Connectors.SentenceTransformers;

public sealed partial class BiEncoder
{
    /// <summary>Encodes one text.</summary>
    /// <param name="text">The text.</param>
    /// <param name="options">Prompt, dimensions and more; null for the defaults.</param>
    /// <param name="cancellationToken">Stops the running graph.</param>
    /// <returns>Its vector.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="text"/> is null.</exception>
    public float[] Encode(string text, EncodeOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(text);
        return Encode([text], options, cancellationToken)[0];
    }

    /// <summary>Encodes texts, with the model's default prompt unless the options name another.</summary>
    /// <param name="texts">The texts; may be empty.</param>
    /// <param name="options">Prompt, dimensions and more; null for the defaults.</param>
    /// <param name="cancellationToken">Looked at between batches; stops a running graph too.</param>
    /// <returns>One vector per text, in the order of the texts.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="texts"/> is null.</exception>
    /// <exception cref="ArgumentException">A text is null, or the prompt's name is unknown; the message names it.</exception>
    public float[][] Encode(IReadOnlyList<string> texts, EncodeOptions? options = null, CancellationToken cancellationToken = default) =>
        Run(texts, Settings(options, null), cancellationToken).Vectors;

    /// <summary>Encodes questions: with the prompt <c>query</c> where the model has one, unless the options name another.</summary>
    /// <inheritdoc cref="Encode(IReadOnlyList{string}, EncodeOptions?, CancellationToken)"/>
    public float[][] EncodeQuery(IReadOnlyList<string> texts, EncodeOptions? options = null, CancellationToken cancellationToken = default) =>
        Run(texts, Settings(options, _prompts.QueryName), cancellationToken).Vectors;

    /// <summary>Encodes one question: with the prompt <c>query</c> where the model has one, unless the options name another.</summary>
    /// <inheritdoc cref="Encode(string, EncodeOptions?, CancellationToken)"/>
    public float[] EncodeQuery(string text, EncodeOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(text);
        return EncodeQuery([text], options, cancellationToken)[0];
    }

    /// <summary>Encodes passages: with the first of the prompts <c>document</c>, <c>passage</c> and <c>corpus</c> that the model has, unless the options name another.</summary>
    /// <inheritdoc cref="Encode(IReadOnlyList{string}, EncodeOptions?, CancellationToken)"/>
    public float[][] EncodeDocument(IReadOnlyList<string> texts, EncodeOptions? options = null, CancellationToken cancellationToken = default) =>
        Run(texts, Settings(options, _prompts.DocumentName), cancellationToken).Vectors;

    /// <summary>Encodes texts and says of each how many tokens were read and whether its end was cut off.</summary>
    /// <inheritdoc cref="Encode(IReadOnlyList{string}, EncodeOptions?, CancellationToken)" path="/param"/>
    /// <inheritdoc cref="Encode(IReadOnlyList{string}, EncodeOptions?, CancellationToken)" path="/exception"/>
    /// <returns>One result per text, in the order of the texts.</returns>
    public TextEmbedding[] EncodeDetailed(IReadOnlyList<string> texts, EncodeOptions? options = null, CancellationToken cancellationToken = default) =>
        Run(texts, Settings(options, null), cancellationToken).ToDetailed();

    /// <summary>Encodes a stream of texts of any length in bounded memory: while one window is computed the next is read, and not more.</summary>
    /// <param name="texts">The texts.</param>
    /// <param name="options">Prompt, dimensions and more; null for the defaults. Progress is told per window.</param>
    /// <param name="cancellationToken">Stops reading and the running graph.</param>
    /// <returns>One result per text, in the order of the texts.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="texts"/> is null.</exception>
    /// <exception cref="ArgumentException">A text is null, or the prompt's name is unknown; the message names it.</exception>
    public IAsyncEnumerable<TextEmbedding> EncodeStreamAsync(IAsyncEnumerable<string> texts, EncodeOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(texts);
        ObjectDisposedException.ThrowIf(_disposed, this);
        return StreamAsync(texts, Settings(options, null), cancellationToken);
    }

    private async IAsyncEnumerable<TextEmbedding> StreamAsync(IAsyncEnumerable<string> texts, EncodeSettings settings, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        Task<TextEmbedding[]>? running = null;
        try
        {
            await foreach (var window in StreamWindows.OfAsync(texts, cancellationToken).ConfigureAwait(false))
            {
                var finished = running is null ? [] : await running.ConfigureAwait(false);
                running = Task.Run(() => Run(window, settings, cancellationToken).ToDetailed(), cancellationToken);
                foreach (var embedding in finished)
                    yield return embedding;
            }

            if (running is not null)
            {
                foreach (var embedding in await running.ConfigureAwait(false))
                    yield return embedding;
            }
        }
        finally
        {
            // A consumer that stops early leaves a window running; its failure is nobody's concern any more.
            if (running is not null)
                await ((Task)running).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Everything that one call needs, resolved and checked.</summary>
    internal EncodeSettings Settings(EncodeOptions? options, string? rolePrompt)
    {
        options ??= new();
        options.Validate();
        var prompt = _prompts.Resolve(options.Prompt, options.PromptName ?? rolePrompt);
        // Loading with fewer dimensions promises unit vectors where the model makes them; one call's truncation is Python's, which does not.
        var shortened = Dimensions < _model.Width && _options.Dimensions is not null && IsNormalized;
        return new(prompt, PromptTokens(prompt), Math.Min(options.Dimensions ?? Dimensions, Dimensions), options.Normalize || shortened,
            BatchLimits.Of(_options.TokenBudget, _model.IsGpu, _options.BatchIndependent, options.BatchSize), options.Workers, options.Progress);
    }

    internal string? PromptNameOf(EmbeddingRole role) => role == EmbeddingRole.Query ? _prompts.QueryName : _prompts.DocumentName;

    /// <summary>True if the model's vectors have length 1.</summary>
    internal bool IsNormalized => _manifest.Modules[^1] is NormalizeConfig;

    internal EncodedTexts Run(IReadOnlyList<string> texts, EncodeSettings settings, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(texts);
        ObjectDisposedException.ThrowIf(_disposed, this);
        ThrowIfNullEntry(texts);
        var result = new EncodedTexts(texts.Count);
        if (texts.Count == 0)
            return result;

        ModelTelemetry.Record("embeddings", ModelId, texts.Count, call => BatchedRun.ForEach(
            texts.Count,
            i => _model.Tokenize(_prompts.Prepare(settings.Prompt, texts[i])),
            settings.Limits, settings.Workers, _tokenizer,
            (i, encoding) => (result.TokenCounts[i], result.Truncated[i]) = (encoding.Ids.Length, encoding.Truncated),
            (batch, rows) =>
            {
                Embed(batch, rows, settings, result.Vectors, cancellationToken);
                call.Count(batch);
            },
            settings.Progress, cancellationToken));
        return result;
    }

    private void Embed(TokenBatch batch, ReadOnlySpan<int> rows, EncodeSettings settings, float[][] vectors, CancellationToken cancellationToken)
    {
        var width = _model.Width;
        var buffer = ArrayPool<float>.Shared.Rent(checked(rows.Length * width));
        try
        {
            _model.Embed(batch, settings.PromptTokens, buffer.AsSpan(0, rows.Length * width), cancellationToken);
            for (var i = 0; i < rows.Length; i++)
            {
                var vector = buffer.AsSpan(i * width, settings.Dimensions).ToArray();
                if (settings.Normalize)
                    VectorSimilarity.Normalize(vector);
                vectors[rows[i]] = vector;
            }
        }
        finally
        {
            ArrayPool<float>.Shared.Return(buffer);
        }
    }

    // Python counts the prompt's own tokens, without the special token that closes it: that one comes after the text.
    private int PromptTokens(string prompt)
    {
        if (prompt.Length == 0 || _manifest.Modules.OfType<PoolingConfig>().All(pooling => pooling.IncludePrompt))
            return 0;
        var ids = _model.Tokenize(_prompts.Prepare("", prompt)).Ids.Span;
        var specials = _tokenizer.Encode("").Ids.Span;
        return ids.Length > 0 && specials.Contains(ids[^1]) ? ids.Length - 1 : ids.Length;
    }

    private static void ThrowIfNullEntry(IReadOnlyList<string> texts)
    {
        for (var i = 0; i < texts.Count; i++)
        {
            if (texts[i] is null)
                throw new ArgumentException($"Text {i} of {texts.Count} is null; expected a text, which may be empty.", nameof(texts));
        }
    }
}
