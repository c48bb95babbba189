namespace LocalRag.Connectors.InMemory;

/// <summary>Kernels without SIMD; the plain meaning of the others.</summary>
internal readonly unsafe struct KernelsPortable : IKernels
{
    public static bool IsSupported => true;

    public static float Dot(float* left, float* right, int length)
    {
        var sum = 0f;
        for (var i = 0; i < length; i++)
            sum += left[i] * right[i];
        return sum;
    }

    public static float SquaredDistance(float* left, float* right, int length)
    {
        var sum = 0f;
        for (var i = 0; i < length; i++)
            sum += (left[i] - right[i]) * (left[i] - right[i]);
        return sum;
    }

    public static float Manhattan(float* left, float* right, int length)
    {
        var sum = 0f;
        for (var i = 0; i < length; i++)
            sum += MathF.Abs(left[i] - right[i]);
        return sum;
    }

    public static int Unequal(float* left, float* right, int length)
    {
        var count = 0;
        for (var i = 0; i < length; i++)
            count += left[i] == right[i] ? 0 : 1;
        return count;
    }

    public static void CodeDots(sbyte* query, int sum, sbyte* codes, int stride, int rows, int* dots)
    {
        for (var row = 0; row < rows; row++, codes += stride)
        {
            var dot = 0;
            for (var i = 0; i < stride; i++)
                dot += query[i] * codes[i];
            dots[row] = dot;
        }
    }

    public static int CodeDot(short* query, sbyte* code, int stride)
    {
        var dot = 0;
        for (var i = 0; i < stride; i++)
            dot += query[i] * code[i];
        return dot;
    }

    public static int SelectAbove(in CodeBound bound, int* dots, float* scales, float* errors, float* aux, int rows, float threshold, int* selected)
    {
        var count = 0;
        for (var row = 0; row < rows; row++)
        {
            if (!(bound.Upper(dots[row], scales[row], errors[row], aux[row]) < threshold))
                selected[count++] = row;
        }

        return count;
    }
}
