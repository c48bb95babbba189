namespace LocalRag.Connectors.SentenceTransformers.Scoring;

/// <summary>Puts scores in order.</summary>
internal static class Ranking
{
    /// <summary>Indexes by falling score; equal scores keep their order, and what is not a number comes last.</summary>
    public static int[] BestFirst(ReadOnlySpan<float> scores)
    {
        var order = new int[scores.Length];
        var keys = new (float Score, int Index)[scores.Length];
        for (var i = 0; i < order.Length; i++)
        {
            order[i] = i;
            keys[i] = (float.IsNaN(scores[i]) ? float.NegativeInfinity : scores[i], i);
        }

        Array.Sort(keys, order, Comparer<(float Score, int Index)>.Create(static (a, b) =>
            b.Score.CompareTo(a.Score) is not 0 and var byScore ? byScore : a.Index.CompareTo(b.Index)));
        return order;
    }
}
