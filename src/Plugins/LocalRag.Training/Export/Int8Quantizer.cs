namespace LocalRag.Training.Export;

/// <summary>Symmetric int8 weights: one scale for each output column, or each row of an embedding table.</summary>
internal static class Int8Quantizer
{
    /// <summary>
    /// Seven bits: without VNNI, AVX2 and AVX-512 add pairs of u8·s8 products in 16 bits, which eight-bit weights overflow.
    /// </summary>
    public const int ReducedRange = 63;

    /// <summary>All eight bits, for tables that are only looked up.</summary>
    public const int FullRange = 127;

    /// <summary>Quantises rows × columns values with a scale for each column.</summary>
    public static (sbyte[] Codes, float[] Scales) Columns(ReadOnlySpan<float> values, int columns, int range)
    {
        float[] scales = new float[columns];
        for (int i = 0; i < values.Length; i++)
        {
            scales[i % columns] = Math.Max(scales[i % columns], Math.Abs(values[i]));
        }

        ToScales(scales, range);
        sbyte[] codes = new sbyte[values.Length];
        for (int i = 0; i < values.Length; i++)
        {
            codes[i] = Code(values[i], scales[i % columns], range);
        }

        return (codes, scales);
    }

    /// <summary>Quantises rows of the given width with a scale for each row.</summary>
    public static (sbyte[] Codes, float[] Scales) Rows(ReadOnlySpan<float> values, int width, int range)
    {
        float[] scales = new float[values.Length / width];
        for (int i = 0; i < values.Length; i++)
        {
            scales[i / width] = Math.Max(scales[i / width], Math.Abs(values[i]));
        }

        ToScales(scales, range);
        sbyte[] codes = new sbyte[values.Length];
        for (int i = 0; i < values.Length; i++)
        {
            codes[i] = Code(values[i], scales[i / width], range);
        }

        return (codes, scales);
    }

    private static void ToScales(float[] largest, int range)
    {
        for (int i = 0; i < largest.Length; i++)
        {
            largest[i] = largest[i] == 0 ? 1 : largest[i] / range;
        }
    }

    private static sbyte Code(float value, float scale, int range) =>
        (sbyte)Math.Clamp(MathF.Round(value / scale, MidpointRounding.ToEven), -range, range);
}
