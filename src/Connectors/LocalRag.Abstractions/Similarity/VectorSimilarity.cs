using System.Numerics.Tensors;

namespace LocalRag;

/// <summary>Similarities of float vectors, one pair at a time, row by row, or all rows against all rows.</summary>
/// <remarks>
/// The numbers are those of <c>sentence_transformers.util</c>: higher means closer, distances are negated, and a zero vector
/// has cosine 0 with everything because norms are held above 1e-12. Matrices are row-major spans: row <c>i</c> starts at
/// <c>i * dimensions</c>. All members are pure and safe for concurrent calls.
/// </remarks>
public static class VectorSimilarity
{
    // torch.nn.functional.normalize divides by max(norm, 1e-12).
    private const float SmallestNorm = 1e-12f;

    /// <summary>The cosine of the angle between two vectors; 0 where one of them is zero.</summary>
    /// <param name="left">A vector.</param>
    /// <param name="right">A vector of the same length.</param>
    /// <returns>A value from -1 to 1 (up to rounding); NaN where a component is NaN.</returns>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public static float Cosine(ReadOnlySpan<float> left, ReadOnlySpan<float> right) =>
        Dot(left, right) / Norm(left) / Norm(right);

    /// <summary>The inner product of two vectors.</summary>
    /// <inheritdoc cref="Cosine(ReadOnlySpan{float}, ReadOnlySpan{float})" path="/param"/>
    /// <returns>The sum of the products; 0 for empty vectors.</returns>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public static float Dot(ReadOnlySpan<float> left, ReadOnlySpan<float> right)
    {
        ThrowIfLengthsDiffer(left, right);
        return TensorPrimitives.Dot(left, right);
    }

    /// <summary>The Euclidean distance of two vectors, negated so that higher means closer.</summary>
    /// <inheritdoc cref="Cosine(ReadOnlySpan{float}, ReadOnlySpan{float})" path="/param"/>
    /// <returns>A value of 0 or less.</returns>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public static float NegativeEuclidean(ReadOnlySpan<float> left, ReadOnlySpan<float> right)
    {
        ThrowIfLengthsDiffer(left, right);
        return left.IsEmpty ? 0 : -TensorPrimitives.Distance(left, right);
    }

    /// <summary>The Manhattan distance (sum of absolute differences) of two vectors, negated so that higher means closer.</summary>
    /// <inheritdoc cref="Cosine(ReadOnlySpan{float}, ReadOnlySpan{float})" path="/param"/>
    /// <returns>A value of 0 or less.</returns>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public static float NegativeManhattan(ReadOnlySpan<float> left, ReadOnlySpan<float> right)
    {
        ThrowIfLengthsDiffer(left, right);
        Span<float> buffer = stackalloc float[256];
        var sum = 0f;
        for (var start = 0; start < left.Length; start += buffer.Length)
        {
            var length = Math.Min(buffer.Length, left.Length - start);
            TensorPrimitives.Subtract(left.Slice(start, length), right.Slice(start, length), buffer);
            sum += TensorPrimitives.SumOfMagnitudes<float>(buffer[..length]);
        }

        return -sum;
    }

    /// <summary>The similarity of two vectors by a function chosen at run time.</summary>
    /// <param name="function">Which similarity.</param>
    /// <param name="left">A vector.</param>
    /// <param name="right">A vector of the same length.</param>
    /// <returns>The similarity; higher means closer.</returns>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="function"/> is not a member of the enumeration.</exception>
    public static float Score(SimilarityFunction function, ReadOnlySpan<float> left, ReadOnlySpan<float> right) => function switch
    {
        SimilarityFunction.Cosine => Cosine(left, right),
        SimilarityFunction.Dot => Dot(left, right),
        SimilarityFunction.Euclidean => NegativeEuclidean(left, right),
        SimilarityFunction.Manhattan => NegativeManhattan(left, right),
        _ => throw new ArgumentOutOfRangeException(nameof(function), function, "Expected Cosine, Dot, Euclidean or Manhattan."),
    };

    /// <summary>Scores row <c>i</c> of one matrix against row <c>i</c> of another.</summary>
    /// <param name="function">Which similarity.</param>
    /// <param name="left">Rows of <paramref name="dimensions"/> components.</param>
    /// <param name="right">As many rows.</param>
    /// <param name="dimensions">The length of a row, 1 or more.</param>
    /// <param name="scores">Receives one score per row.</param>
    /// <exception cref="ArgumentException">The matrices do not hold whole rows, differ in size, or <paramref name="scores"/> is too short.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="dimensions"/> is below 1 or <paramref name="function"/> is unknown.</exception>
    public static void Pairwise(SimilarityFunction function, ReadOnlySpan<float> left, ReadOnlySpan<float> right, int dimensions, Span<float> scores)
    {
        var rows = RowCount(left, dimensions);
        if (RowCount(right, dimensions) != rows)
            throw new ArgumentException($"Expected as many rows on both sides, found {rows} and {right.Length / dimensions}.", nameof(right));
        ThrowIfTooShort(scores, rows);
        for (var row = 0; row < rows; row++)
            scores[row] = Score(function, left.Slice(row * dimensions, dimensions), right.Slice(row * dimensions, dimensions));
    }

    /// <summary>Scores every row of one matrix against every row of another.</summary>
    /// <param name="function">Which similarity.</param>
    /// <param name="left">Rows of <paramref name="dimensions"/> components.</param>
    /// <param name="right">Rows of <paramref name="dimensions"/> components.</param>
    /// <param name="dimensions">The length of a row, 1 or more.</param>
    /// <param name="scores">Receives left rows × right rows scores; those of left row <c>i</c> start at <c>i</c> × right rows.</param>
    /// <exception cref="ArgumentException">A matrix does not hold whole rows, or <paramref name="scores"/> is too short.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="dimensions"/> is below 1 or <paramref name="function"/> is unknown.</exception>
    public static void AllPairs(SimilarityFunction function, ReadOnlySpan<float> left, ReadOnlySpan<float> right, int dimensions, Span<float> scores)
    {
        var leftRows = RowCount(left, dimensions);
        var rightRows = RowCount(right, dimensions);
        ThrowIfTooShort(scores, (long)leftRows * rightRows);
        var next = 0;
        for (var i = 0; i < leftRows; i++)
        {
            var row = left.Slice(i * dimensions, dimensions);
            for (var j = 0; j < rightRows; j++)
                scores[next++] = Score(function, row, right.Slice(j * dimensions, dimensions));
        }
    }

    /// <summary>Scores every vector of one list against every vector of another.</summary>
    /// <param name="function">Which similarity.</param>
    /// <param name="left">Vectors of one length.</param>
    /// <param name="right">Vectors of the same length.</param>
    /// <returns>One array per vector of <paramref name="left"/>, with one score per vector of <paramref name="right"/>.</returns>
    /// <exception cref="ArgumentNullException">A list or a vector is null.</exception>
    /// <exception cref="ArgumentException">The lengths of two vectors differ.</exception>
    public static float[][] AllPairs(SimilarityFunction function, IReadOnlyList<float[]> left, IReadOnlyList<float[]> right)
    {
        ArgumentNullException.ThrowIfNull(left);
        ArgumentNullException.ThrowIfNull(right);
        var scores = new float[left.Count][];
        for (var i = 0; i < scores.Length; i++)
        {
            var row = scores[i] = new float[right.Count];
            for (var j = 0; j < row.Length; j++)
                row[j] = Score(function, NotNull(left[i], nameof(left), i), NotNull(right[j], nameof(right), j));
        }

        return scores;
    }

    /// <summary>Scores the vectors of two lists pair by pair.</summary>
    /// <param name="function">Which similarity.</param>
    /// <param name="left">Vectors.</param>
    /// <param name="right">As many vectors of the same lengths.</param>
    /// <returns>One score per pair.</returns>
    /// <exception cref="ArgumentNullException">A list or a vector is null.</exception>
    /// <exception cref="ArgumentException">The counts, or the lengths of a pair, differ.</exception>
    public static float[] Pairwise(SimilarityFunction function, IReadOnlyList<float[]> left, IReadOnlyList<float[]> right)
    {
        ArgumentNullException.ThrowIfNull(left);
        ArgumentNullException.ThrowIfNull(right);
        if (left.Count != right.Count)
            throw new ArgumentException($"Expected as many vectors on both sides, found {left.Count} and {right.Count}.", nameof(right));
        var scores = new float[left.Count];
        for (var i = 0; i < scores.Length; i++)
            scores[i] = Score(function, NotNull(left[i], nameof(left), i), NotNull(right[i], nameof(right), i));
        return scores;
    }

    /// <summary>Scales a vector to length 1 in place; a zero vector stays zero.</summary>
    /// <param name="vector">The vector.</param>
    public static void Normalize(Span<float> vector)
    {
        if (!vector.IsEmpty)
            TensorPrimitives.Divide(vector, Norm(vector), vector);
    }

    /// <summary>Scales every row of a matrix to length 1 in place; zero rows stay zero.</summary>
    /// <param name="rows">Rows of <paramref name="dimensions"/> components.</param>
    /// <param name="dimensions">The length of a row, 1 or more.</param>
    /// <exception cref="ArgumentException">The matrix does not hold whole rows.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="dimensions"/> is below 1.</exception>
    public static void NormalizeRows(Span<float> rows, int dimensions)
    {
        var count = RowCount(rows, dimensions);
        for (var row = 0; row < count; row++)
            Normalize(rows.Slice(row * dimensions, dimensions));
    }

    /// <summary>Keeps the first components of a vector, as Matryoshka models allow; does not renormalise.</summary>
    /// <param name="vector">The vector.</param>
    /// <param name="dimensions">How many components to keep, 1 or more; a vector that is shorter is copied whole.</param>
    /// <returns>A new array.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="dimensions"/> is below 1.</exception>
    public static float[] Truncate(ReadOnlySpan<float> vector, int dimensions)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(dimensions, 1);
        return vector[..Math.Min(dimensions, vector.Length)].ToArray();
    }

    private static float Norm(ReadOnlySpan<float> vector) => MathF.Max(TensorPrimitives.Norm(vector), SmallestNorm);

    private static int RowCount(ReadOnlySpan<float> rows, int dimensions)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(dimensions, 1);
        var (count, rest) = Math.DivRem(rows.Length, dimensions);
        return rest == 0 ? count : throw new ArgumentException(
            $"Expected whole rows of {dimensions} components, found {rows.Length} components. Pass the dimension that the matrix was made with.", nameof(rows));
    }

    private static void ThrowIfTooShort(ReadOnlySpan<float> scores, long needed)
    {
        if (scores.Length < needed)
            throw new ArgumentException($"Expected room for {needed} scores, found {scores.Length}.", nameof(scores));
    }

    private static void ThrowIfLengthsDiffer(ReadOnlySpan<float> left, ReadOnlySpan<float> right)
    {
        if (left.Length != right.Length)
            throw new ArgumentException($"Expected vectors of one length, found {left.Length} and {right.Length} components. Compare vectors of one model only.", nameof(right));
    }

    private static float[] NotNull(float[]? vector, string list, int index) =>
        vector ?? throw new ArgumentNullException(list, $"Vector {index} is null.");
}
