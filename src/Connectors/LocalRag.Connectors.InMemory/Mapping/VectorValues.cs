using System.Collections;
using Microsoft.Extensions.AI;

namespace LocalRag.Connectors.InMemory;

/// <summary>Vectors in every form that the abstraction knows, as floats and back; all conversions are exact.</summary>
internal static class VectorValues
{
    public const string Supported =
        "ReadOnlyMemory<float>, float[], Embedding<float>, and the same of Half, sbyte and byte, BitArray, BinaryEmbedding";

    /// <summary>The component type of a vector property; null where the type is no vector.</summary>
    public static Type? ElementOf(Type type)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        return type == typeof(BitArray) || type == typeof(BinaryEmbedding) ? typeof(bool)
            : Is<float>(type) ? typeof(float)
            : Is<Half>(type) ? typeof(Half)
            : Is<sbyte>(type) ? typeof(sbyte)
            : Is<byte>(type) ? typeof(byte)
            : null;
    }

    /// <summary>The components as floats; null where the value is null or no vector.</summary>
    public static ReadOnlyMemory<float>? ToFloats(object? value) => value switch
    {
        ReadOnlyMemory<float> memory => memory,
        float[] array => array,
        Embedding<float> embedding => embedding.Vector,
        ReadOnlyMemory<Half> memory => Convert(memory.Span, static v => (float)v),
        Half[] array => Convert<Half>(array, static v => (float)v),
        Embedding<Half> embedding => Convert(embedding.Vector.Span, static v => (float)v),
        ReadOnlyMemory<sbyte> memory => Convert(memory.Span, static v => v),
        // To the runtime, a byte[] is an sbyte[] too.
        sbyte[] array when value.GetType() == typeof(sbyte[]) => Convert<sbyte>(array, static v => v),
        Embedding<sbyte> embedding => Convert(embedding.Vector.Span, static v => v),
        ReadOnlyMemory<byte> memory => Convert(memory.Span, static v => v),
        byte[] array => Convert<byte>(array, static v => v),
        Embedding<byte> embedding => Convert(embedding.Vector.Span, static v => v),
        BinaryEmbedding binary => FromBits(binary.Vector),
        BitArray bits => FromBits(bits),
        // A bare null would become an empty vector, by way of the conversion from arrays.
        _ => (ReadOnlyMemory<float>?)null,
    };

    /// <summary>A vector in the form that a property declares.</summary>
    public static object FromFloats(float[] vector, Type type)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        return type == typeof(float[]) ? vector
            : type == typeof(ReadOnlyMemory<float>) ? new ReadOnlyMemory<float>(vector)
            : type == typeof(Embedding<float>) ? new Embedding<float>(vector)
            : type == typeof(BitArray) ? ToBits(vector)
            : type == typeof(BinaryEmbedding) ? new BinaryEmbedding(ToBits(vector))
            : ElementOf(type) == typeof(Half) ? Wrap(Array.ConvertAll(vector, static v => (Half)v), type)
            : ElementOf(type) == typeof(sbyte) ? Wrap(Array.ConvertAll(vector, static v => (sbyte)v), type)
            : Wrap(Array.ConvertAll(vector, static v => (byte)v), type);
    }

    private static bool Is<T>(Type type) =>
        type == typeof(ReadOnlyMemory<T>) || type == typeof(T[]) || type == typeof(Embedding<T>);

    private static object Wrap<T>(T[] array, Type type) =>
        type == typeof(T[]) ? array : type == typeof(Embedding<T>) ? new Embedding<T>(array) : new ReadOnlyMemory<T>(array);

    private static ReadOnlyMemory<float> Convert<T>(ReadOnlySpan<T> values, Func<T, float> convert)
    {
        var floats = new float[values.Length];
        for (var i = 0; i < floats.Length; i++)
            floats[i] = convert(values[i]);
        return floats;
    }

    private static ReadOnlyMemory<float> FromBits(BitArray bits)
    {
        var floats = new float[bits.Length];
        for (var i = 0; i < floats.Length; i++)
            floats[i] = bits[i] ? 1 : 0;
        return floats;
    }

    private static BitArray ToBits(float[] vector) => new(Array.ConvertAll(vector, static v => v != 0));
}
