using System.Buffers;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace LocalRag.Connectors.SentenceTransformers.Inference;

/// <summary>An input that a graph declares, and how to make its value for a batch. Inputs that nobody can fill are refused when the model is opened.</summary>
internal sealed class GraphInput
{
    private enum Source
    {
        InputIds,
        AttentionMask,
        TokenTypeIds,
        PositionIds,
        EmptyPast,
    }

    private readonly Source _source;
    private readonly TensorElementType _type;
    private readonly int[] _dimensions;

    private GraphInput(string name, Source source, TensorElementType type, int[] dimensions)
    {
        Name = name;
        _source = source;
        _type = type;
        _dimensions = dimensions;
    }

    public string Name { get; }

    public static GraphInput Read(string path, string name, NodeMetadata metadata)
    {
        Source source;
        switch (name)
        {
            case "input_ids":
                source = Source.InputIds;
                break;
            case "attention_mask":
                source = Source.AttentionMask;
                break;
            case "token_type_ids":
                source = Source.TokenTypeIds;
                break;
            case "position_ids":
                source = Source.PositionIds;
                break;
            case var _ when name.StartsWith("past_key_values.", StringComparison.Ordinal):
                return new(name, Source.EmptyPast, metadata.ElementDataType, metadata.Dimensions);
            default:
                throw new InvalidDataException($"'{path}' declares the input '{name}', which cannot be filled from text. Supported inputs: input_ids, attention_mask, token_type_ids, position_ids, past_key_values.*. Export the model without it.");
        }

        if (metadata.ElementDataType is not (TensorElementType.Int64 or TensorElementType.Int32))
            throw new InvalidDataException($"'{path}' declares the input '{name}' as {metadata.ElementDataType}; expected Int64 or Int32.");
        return new(name, source, metadata.ElementDataType, metadata.Dimensions);
    }

    public InputValue CreateValue(TokenBatch batch)
    {
        long[] shape = [batch.RowCount, batch.Width];
        return _source switch
        {
            Source.InputIds => Wrap(batch.Matrix(0), shape),
            Source.AttentionMask => Wrap(batch.Matrix(1), shape),
            Source.TokenTypeIds => Wrap(batch.Matrix(2), shape),
            Source.PositionIds => Positions(batch, shape),
            _ => InputValue.Empty(_type, PastShape(batch)),
        };
    }

    private InputValue Wrap(Memory<long> values, long[] shape) =>
        _type == TensorElementType.Int64 ? InputValue.Over(values, shape) : InputValue.Narrowed(values.Span, shape);

    // Positions count the tokens, so that padding on the left does not move them; the padding itself is masked and may have any.
    private InputValue Positions(TokenBatch batch, long[] shape)
    {
        var cells = batch.RowCount * batch.Width;
        var rented = ArrayPool<long>.Shared.Rent(cells);
        for (var row = 0; row < batch.RowCount; row++)
        {
            var start = batch.StartOf(row);
            for (var column = 0; column < batch.Width; column++)
                rented[row * batch.Width + column] = Math.Max(0, column - start);
        }

        if (_type == TensorElementType.Int64)
            return InputValue.Owned(rented, cells, shape);
        try
        {
            return InputValue.Narrowed(rented.AsSpan(0, cells), shape);
        }
        finally
        {
            ArrayPool<long>.Shared.Return(rented);
        }
    }

    // [batch, heads, 0, head size]: a decoder that has seen nothing yet.
    private long[] PastShape(TokenBatch batch)
    {
        var shape = Array.ConvertAll(_dimensions, size => (long)Math.Max(0, size));
        shape[0] = batch.RowCount;
        return shape;
    }
}
