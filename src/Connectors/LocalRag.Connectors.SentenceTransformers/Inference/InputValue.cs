using System.Buffers;
using Microsoft.ML.OnnxRuntime;

namespace LocalRag.Connectors.SentenceTransformers.Inference;

/// <summary>A tensor that is fed to a graph, with the pooled memory behind it.</summary>
internal readonly struct InputValue : IDisposable
{
    private readonly long[]? _longs;
    private readonly int[]? _ints;

    private InputValue(OrtValue value, long[]? longs = null, int[]? ints = null)
    {
        Value = value;
        _longs = longs;
        _ints = ints;
    }

    public OrtValue Value { get; }

    /// <summary>Wraps memory that somebody else owns.</summary>
    public static InputValue Over(Memory<long> memory, long[] shape) =>
        new(OrtValue.CreateTensorValueFromMemory(OrtMemoryInfo.DefaultInstance, memory, shape));

    public static InputValue Empty(Microsoft.ML.OnnxRuntime.Tensors.TensorElementType type, long[] shape) =>
        new(OrtValue.CreateAllocatedTensorValue(OrtAllocator.DefaultInstance, type, shape));

    public static InputValue Owned(long[] rented, int length, long[] shape) =>
        new(OrtValue.CreateTensorValueFromMemory(OrtMemoryInfo.DefaultInstance, rented.AsMemory(0, length), shape), longs: rented);

    /// <summary>A 32-bit copy, for graphs that declare their inputs so.</summary>
    public static InputValue Narrowed(ReadOnlySpan<long> values, long[] shape)
    {
        var rented = ArrayPool<int>.Shared.Rent(values.Length);
        System.Numerics.Tensors.TensorPrimitives.ConvertTruncating(values, rented.AsSpan());
        return new(OrtValue.CreateTensorValueFromMemory(OrtMemoryInfo.DefaultInstance, rented.AsMemory(0, values.Length), shape), ints: rented);
    }

    public void Dispose()
    {
        Value?.Dispose();
        if (_longs is not null)
            ArrayPool<long>.Shared.Return(_longs);
        if (_ints is not null)
            ArrayPool<int>.Shared.Return(_ints);
    }
}
