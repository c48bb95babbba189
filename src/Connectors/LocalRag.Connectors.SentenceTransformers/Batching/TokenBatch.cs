using System.Buffers;
using LocalRag.Connectors.SentenceTransformers.Tokenization;

namespace LocalRag.Connectors.SentenceTransformers;

/// <summary>Token ids of several texts or pairs, padded to one width: what a transformer graph is fed with.</summary>
/// <remarks>
/// The three matrices are row-major, <see cref="RowCount"/> × <see cref="Width"/>, and lie in pooled memory that
/// <see cref="Dispose"/> gives back. Not safe for use while it is being disposed.
/// </remarks>
public sealed class TokenBatch : IDisposable
{
    private readonly bool _padLeft;
    private readonly int[] _lengths;
    private long[]? _buffer;

    internal TokenBatch(IReadOnlyList<TextEncoding> encodings, ReadOnlySpan<int> rows, TextTokenizer tokenizer)
    {
        RowCount = rows.Length;
        _padLeft = tokenizer.PadLeft;
        _lengths = ArrayPool<int>.Shared.Rent(RowCount);
        // A text without any token still needs one (padding) column: graphs do not run on empty dimensions.
        Width = 1;
        foreach (var row in rows)
            Width = Math.Max(Width, encodings[row].Ids.Length);

        var cells = RowCount * Width;
        _buffer = ArrayPool<long>.Shared.Rent(checked(3 * cells));
        var ids = _buffer.AsSpan(0, cells);
        var mask = _buffer.AsSpan(cells, cells);
        var types = _buffer.AsSpan(2 * cells, cells);
        ids.Fill(tokenizer.PadTokenId);
        mask.Clear();
        types.Fill(tokenizer.PadTokenTypeId);
        for (var i = 0; i < RowCount; i++)
        {
            var encoding = encodings[rows[i]];
            var length = _lengths[i] = encoding.Ids.Length;
            TokenCount += length;
            var start = i * Width + (_padLeft ? Width - length : 0);
            Widen(encoding.Ids.Span, ids.Slice(start, length));
            mask.Slice(start, length).Fill(1);
            if (encoding.HasTypeIds)
                Widen(encoding.TypeIds.Span, types.Slice(start, length));
            else
                types.Slice(start, length).Clear();
        }
    }

    /// <summary>How many texts or pairs.</summary>
    public int RowCount { get; }

    /// <summary>Tokens per row, padding included; 1 or more.</summary>
    public int Width { get; }

    /// <summary>Tokens of all rows, padding left out.</summary>
    public int TokenCount { get; }

    /// <summary>Token ids; the tokenizer's padding id where a row is shorter than <see cref="Width"/>.</summary>
    public ReadOnlyMemory<long> InputIds => Matrix(0);

    /// <summary>1 for tokens, 0 for padding.</summary>
    public ReadOnlyMemory<long> AttentionMask => Matrix(1);

    /// <summary>Which text of a pair a token belongs to, as the model's tokenizer says; 0 for models that do not tell them apart.</summary>
    public ReadOnlyMemory<long> TokenTypeIds => Matrix(2);

    /// <summary>Where the tokens of a row begin: 0 unless the model pads on the left.</summary>
    internal int StartOf(int row) => _padLeft ? Width - _lengths[row] : 0;

    /// <summary>How many tokens a row has.</summary>
    internal int LengthOf(int row) => _lengths[row];

    internal Memory<long> Matrix(int index)
    {
        ObjectDisposedException.ThrowIf(_buffer is null, this);
        var cells = RowCount * Width;
        return _buffer.AsMemory(index * cells, cells);
    }

    /// <summary>Gives the memory back; may be called again.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _buffer, null) is { } buffer)
        {
            ArrayPool<long>.Shared.Return(buffer);
            ArrayPool<int>.Shared.Return(_lengths);
        }
    }

    private static void Widen(ReadOnlySpan<int> source, Span<long> target) =>
        System.Numerics.Tensors.TensorPrimitives.ConvertChecked(source, target);
}
