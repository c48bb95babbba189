using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

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

    // 1.5 · 2²³: a sum with a small number is that number rounded to an integer, whose bits are the lowest of the sum.
    private const float RoundingSummand = 12582912;

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
        if (float.IsFinite(weight) && TryQuantize(vector, code, layout.Stride, layout.Dimensions, norm, largest, 127, 0, out var scale, out var error))
        {
            chunk.Scales[row] = scale * weight;
            chunk.Errors[row] = error * weight * 1.000001f;
            return;
        }

        new Span<sbyte>(code, layout.CodeStride).Clear();
        chunk.Scales[row] = 0;
        chunk.Errors[row] = float.PositiveInfinity;
    }

    /// <summary>Makes the codes of a padded vector; false where none could bound it.</summary>
    /// <param name="vector">The components.</param>
    /// <param name="code">Receives a code for each of them.</param>
    /// <param name="stride">Their number with padding, a multiple of 16.</param>
    /// <param name="dimensions">Their number without.</param>
    /// <param name="norm">Their Euclidean norm.</param>
    /// <param name="largest">Their largest magnitude.</param>
    /// <param name="range">The largest magnitude of a code.</param>
    /// <param name="raise">What is added to every code.</param>
    /// <param name="scale">What one step of a code is worth.</param>
    /// <param name="error">The norm of what the codes leave out, rounded up.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static bool TryQuantize(float* vector, sbyte* code, int stride, int dimensions, float norm, float largest, int range, int raise, out float scale, out float error)
    {
        scale = largest / range;
        error = float.PositiveInfinity;
        // Subnormal scales lose their precision, and products of huge norms overflow: neither is worth a code.
        if (!float.IsFinite(norm * norm) || (largest != 0 && scale < 1e-30f))
            return false;
        var squares = Quantize(vector, code, stride, scale, raise);
        // Factor and summand cover the rounding of this very computation.
        error = (float)(Math.Sqrt(squares) * 1.001 + 1e-6 * largest * Math.Sqrt(dimensions));
        return true;
    }

    /// <summary>The Euclidean norm and the largest magnitude of a padded vector; sums of squares that leave the range of float are taken in double.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static (float Norm, float Largest) Measure(float* vector, int stride)
    {
        Vector512<float> squares = default, otherSquares = default, largest = default;
        var i = 0;
        for (; i <= stride - 32; i += 32)
        {
            var (x, y) = (Vector512.Load(vector + i), Vector512.Load(vector + i + 16));
            squares = Vector512.MultiplyAddEstimate(x, x, squares);
            otherSquares = Vector512.MultiplyAddEstimate(y, y, otherSquares);
            largest = Vector512.MaxNative(largest, Vector512.MaxNative(Vector512.Abs(x), Vector512.Abs(y)));
        }

        if (i < stride)
        {
            var x = Vector512.Load(vector + i);
            squares = Vector512.MultiplyAddEstimate(x, x, squares);
            largest = Vector512.MaxNative(largest, Vector512.Abs(x));
        }

        var square = Vector512.Sum(squares + otherSquares);
        // Only rows that are not finite lose their maximum to NaN, and their norm tells.
        var eight = Vector256.Max(largest.GetLower(), largest.GetUpper());
        var four = Vector128.Max(eight.GetLower(), eight.GetUpper());
        var magnitude = MathF.Max(MathF.Max(four[0], four[1]), MathF.Max(four[2], four[3]));
        if (square is > 1e-30f and < 1e30f || float.IsNaN(square))
            return (MathF.Sqrt(square), magnitude);
        var sum = 0d;
        for (i = 0; i < stride; i++)
            sum += (double)vector[i] * vector[i];
        return ((float)Math.Sqrt(sum), magnitude);
    }

    /// <remarks>No component is further than half a step from the range, so none needs to be clamped.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static float Quantize(float* vector, sbyte* code, int stride, float scale, int raise)
    {
        Vector512<float> squares = default, otherSquares = default;
        var step = Vector512.Create(-scale);
        var inverse = Vector512.Create(scale == 0 ? 0 : 1 / scale);
        var magic = Vector512.Create(RoundingSummand + raise);
        var i = 0;
        for (; i <= stride - 32; i += 32)
        {
            var rest = Quantize(vector + i, code + i, step, inverse, magic);
            squares = Vector512.MultiplyAddEstimate(rest, rest, squares);
            rest = Quantize(vector + i + 16, code + i + 16, step, inverse, magic);
            otherSquares = Vector512.MultiplyAddEstimate(rest, rest, otherSquares);
        }

        if (i < stride)
        {
            var rest = Quantize(vector + i, code + i, step, inverse, magic);
            squares = Vector512.MultiplyAddEstimate(rest, rest, squares);
        }

        return Vector512.Sum(squares + otherSquares);
    }

    /// <summary>Writes 16 codes; returns what they leave out.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Quantize(float* vector, sbyte* code, Vector512<float> minusStep, Vector512<float> inverse, Vector512<float> magic)
    {
        var x = Vector512.Load(vector);
        var raised = Vector512.MultiplyAddEstimate(x, inverse, magic);
        var ints = raised.AsInt32();
        if (Avx512F.IsSupported)
        {
            Avx512F.ConvertToVector128SByte(ints).Store(code);
        }
        else
        {
            var shorts = Vector256.Narrow(ints.GetLower(), ints.GetUpper());
            Vector128.Narrow(shorts.GetLower(), shorts.GetUpper()).Store(code);
        }

        return Vector512.MultiplyAddEstimate(raised - magic, minusStep, x);
    }
}
