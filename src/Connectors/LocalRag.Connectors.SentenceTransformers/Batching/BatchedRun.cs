using LocalRag.Connectors.SentenceTransformers.Tokenization;

namespace LocalRag.Connectors.SentenceTransformers.Batching;

/// <summary>Receives one batch and says which texts its rows are.</summary>
internal delegate void BatchConsumer(TokenBatch batch, ReadOnlySpan<int> rows);

/// <summary>Tokenizes many texts, batches them by length and hands over batch after batch.</summary>
internal static class BatchedRun
{
    // Token ids of so many texts are held at a time; sorting more of them together gains nothing measurable.
    private const int WindowSize = 16_384;

    // Below this a second tokenizing thread costs more than it brings.
    private const int ParallelThreshold = 64;

    /// <param name="count">How many texts there are.</param>
    /// <param name="encode">Tokenizes the text of an index; called from several threads.</param>
    /// <param name="limits">How large a batch may be.</param>
    /// <param name="workers">Tokenizing threads; 0 for as many as there are processors.</param>
    /// <param name="tokenizer">Knows how to pad.</param>
    /// <param name="encoded">Told the encoding of every index, in order; null where nobody asks.</param>
    /// <param name="consume">Receives the batches, one after another.</param>
    /// <param name="progress">Told after every batch.</param>
    /// <param name="cancellationToken">Looked at between batches.</param>
    public static void ForEach(
        int count,
        Func<int, TextEncoding> encode,
        BatchLimits limits,
        int workers,
        TextTokenizer tokenizer,
        Action<int, TextEncoding>? encoded,
        BatchConsumer consume,
        IProgress<BatchProgress>? progress,
        CancellationToken cancellationToken)
    {
        var done = 0;
        for (var first = 0; first < count; first += WindowSize)
        {
            var window = TokenizeWindow(first, Math.Min(WindowSize, count - first), encode, workers, cancellationToken);
            var lengths = new int[window.Length];
            for (var i = 0; i < window.Length; i++)
            {
                lengths[i] = window[i].Ids.Length;
                encoded?.Invoke(first + i, window[i]);
            }

            var plan = BatchPlan.Create(lengths, limits);
            for (var i = 0; i < plan.BatchCount; i++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                var rows = plan.Rows(i);
                using (var batch = new TokenBatch(window, rows, tokenizer))
                    consume(batch, Shift(rows, first));
                done += rows.Length;
                progress?.Report(new(done, count));
            }
        }
    }

    private static TextEncoding[] TokenizeWindow(int first, int count, Func<int, TextEncoding> encode, int workers, CancellationToken cancellationToken)
    {
        var window = new TextEncoding[count];
        if (workers == 1 || count < ParallelThreshold)
        {
            for (var i = 0; i < count; i++)
            {
                if ((i & 255) == 0)
                    cancellationToken.ThrowIfCancellationRequested();
                window[i] = encode(first + i);
            }

            return window;
        }

        var threads = new ParallelOptions { MaxDegreeOfParallelism = workers == 0 ? Environment.ProcessorCount : workers, CancellationToken = cancellationToken };
        Parallel.For(0, count, threads, i => window[i] = encode(first + i));
        return window;
    }

    // Plans are made inside a window; consumers think in indexes of the whole list.
    private static ReadOnlySpan<int> Shift(ReadOnlySpan<int> rows, int first)
    {
        if (first == 0)
            return rows;
        var shifted = rows.ToArray();
        foreach (ref var row in shifted.AsSpan())
            row += first;
        return shifted;
    }
}
