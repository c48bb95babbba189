using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace LocalRag.Connectors.InMemory;

/// <summary>Makes the int8 code of a row, with a proven bound of what the code leaves out.</summary>
/// <remarks>
/// x = scale · code + e with code = round(x / scale), scale = max|x| / 127. The norm of e is kept, rounded up, so that
/// for every query |q·x − scale·(q·code)| ≤ ‖q‖·‖e‖ (Cauchy-Schwarz). A row that is not finite, or whose norm
/// overflows, gets an infinite bound: it is always rescored in fp32, and its fp32 score decides whether it ranks.
/// </remarks>
internal static unsafe class VectorEncoder
{
    // Shorter vectors count as zero, whose cosine with anything is 0.
    private const float MinNormal = 1.17549435e-38f;

    /// <remarks>Optimised at the first call: a first batch would be over before the runtime recompiles it.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Encode(VectorLayout layout, VectorChunk chunk, int row)
    {
        var vector = chunk.Rows + (long)row * layout.Stride;
        var (norm, largest) = Measure(vector, layout.Stride);
        var weight = 1f;
        if (layout.Kind == MetricKind.Cosine)
            chunk.Aux[row] = weight = norm < MinNormal ? 0 : 1 / norm;
        else if (layout.Kind == MetricKind.SquaredEuclidean)
            chunk.Aux[row] = norm * norm;
        else if (layout.Kind == MetricKind.Dot)
            chunk.Aux[row] = norm;
        if (!layout.HasCodes)
            return;

        var code = chunk.Codes + (long)row * layout.CodeStride;
        var scale = largest / 127;
        // Subnormal scales lose their precision, and products of huge norms overflow: neither is worth a code.
        if (!float.IsFinite(norm * norm) || !float.IsFinite(weight) || (largest != 0 && scale < 1e-30f))
        {
            new Span<sbyte>(code, layout.CodeStride).Clear();
            chunk.Scales[row] = 0;
            chunk.Errors[row] = float.PositiveInfinity;
            return;
        }

        var squares = largest == 0 ? 0 : Quantize(vector, code, layout.Stride, scale);
        // Factor and summand cover the rounding of this very computation.
        var error = Math.Sqrt(squares) * 1.001 + 1e-6 * largest * Math.Sqrt(layout.Dimensions);
        chunk.Scales[row] = scale * weight;
        chunk.Errors[row] = (float)(error * weight * 1.000001);
    }

    /// <summary>The Euclidean norm and the largest magnitude of a padded vector; sums of squares that leave the range of float are taken in double.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static (float Norm, float Largest) Measure(float* vector, int stride)
    {
        var squares = Vector512<float>.Zero;
        var largest = Vector512<float>.Zero;
        for (var i = 0; i < stride; i += 16)
        {
            var x = Vector512.Load(vector + i);
            squares += x * x;
            largest = Vector512.Max(largest, Vector512.Abs(x));
        }

        var square = Vector512.Sum(squares);
        // Only rows that are not finite lose their maximum to NaN, and their norm tells.
        var eight = Vector256.Max(largest.GetLower(), largest.GetUpper());
        var four = Vector128.Max(eight.GetLower(), eight.GetUpper());
        var magnitude = MathF.Max(MathF.Max(four[0], four[1]), MathF.Max(four[2], four[3]));
        if (square is > 1e-30f and < 1e30f || float.IsNaN(square))
            return (MathF.Sqrt(square), magnitude);
        var sum = 0d;
        for (var i = 0; i < stride; i++)
            sum += (double)vector[i] * vector[i];
        return ((float)Math.Sqrt(sum), magnitude);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static float Quantize(float* vector, sbyte* code, int stride, float scale)
    {
        var squares = Vector512<float>.Zero;
        var step = Vector512.Create(scale);
        var inverse = Vector512.Create(1 / scale);
        var low = Vector512.Create(-127f);
        var high = Vector512.Create(127f);
        for (var i = 0; i < stride; i += 16)
        {
            var x = Vector512.Load(vector + i);
            var rounded = Vector512.Min(Vector512.Max(Vector512.Round(x * inverse), low), high);
            var rest = x - rounded * step;
            squares += rest * rest;
            var ints = Vector512.ConvertToInt32(rounded);
            var shorts = Vector256.Narrow(ints.GetLower(), ints.GetUpper());
            Vector128.Narrow(shorts.GetLower(), shorts.GetUpper()).Store(code + i);
        }

        return Vector512.Sum(squares);
    }
}
