using System.Buffers;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace LocalRag.Connectors.SentenceTransformers.Inference;

/// <summary>The outputs of one run, read as float whatever precision the graph declares.</summary>
internal sealed class OnnxOutputs(IDisposableReadOnlyCollection<OrtValue> values) : IDisposable
{
    private readonly List<float[]> _rented = [];

    public int Count => values.Count;

    public long[] Shape(int index) => values[index].GetTensorTypeAndShape().Shape;

    /// <summary>The values of one output, valid until this object is disposed.</summary>
    public ReadOnlySpan<float> Values(int index)
    {
        var value = values[index];
        switch (value.GetTensorTypeAndShape().ElementDataType)
        {
            case TensorElementType.Float:
                return value.GetTensorDataAsSpan<float>();
            case TensorElementType.Float16:
                {
                    var halves = MemoryMarshal.Cast<Float16, Half>(value.GetTensorDataAsSpan<Float16>());
                    var floats = Rent(halves.Length);
                    TensorPrimitives.ConvertToSingle(halves, floats);
                    return floats;
                }

            case TensorElementType.BFloat16:
                {
                    var shorts = MemoryMarshal.Cast<BFloat16, ushort>(value.GetTensorDataAsSpan<BFloat16>());
                    var floats = Rent(shorts.Length);
                    for (var i = 0; i < shorts.Length; i++)
                        floats[i] = BitConverter.UInt32BitsToSingle((uint)shorts[i] << 16);
                    return floats;
                }

            case TensorElementType.Double:
                {
                    var doubles = value.GetTensorDataAsSpan<double>();
                    var floats = Rent(doubles.Length);
                    TensorPrimitives.ConvertTruncating(doubles, floats);
                    return floats;
                }

            case var type:
                throw new InvalidDataException($"The graph's output is {type}; expected Float, Float16, BFloat16 or Double.");
        }
    }

    public void Dispose()
    {
        values.Dispose();
        foreach (var array in _rented)
            ArrayPool<float>.Shared.Return(array);
        _rented.Clear();
    }

    private Span<float> Rent(int length)
    {
        var array = ArrayPool<float>.Shared.Rent(length);
        _rented.Add(array);
        return array.AsSpan(0, length);
    }
}
