namespace LocalRag.Connectors.InMemory;

/// <summary>Joins the vector list and the keyword list of a hybrid search.</summary>
internal static class RankFusion
{
    /// <summary>Best first; equal scores by vector rank (unlisted last), then by row.</summary>
    public static List<FusedRow> Fuse(Hit[] vectors, Hit[] keywords, HybridFusion fusion, double vectorWeight, double keywordWeight, int rankConstant)
    {
        var rows = new Dictionary<int, FusedRow>();
        for (var i = 0; i < vectors.Length; i++)
            rows[vectors[i].Row] = new FusedRow(vectors[i].Row, Part(vectors, i, fusion, vectorWeight, rankConstant), vectors[i].Key, i + 1, null, null);
        for (var i = 0; i < keywords.Length; i++)
        {
            var part = Part(keywords, i, fusion, keywordWeight, rankConstant);
            rows[keywords[i].Row] = rows.TryGetValue(keywords[i].Row, out var row)
                ? row with { Score = row.Score + part, KeywordKey = keywords[i].Key, KeywordRank = i + 1 }
                : new FusedRow(keywords[i].Row, part, null, null, keywords[i].Key, i + 1);
        }

        var fused = rows.Values.ToList();
        fused.Sort(static (a, b) =>
            a.Score != b.Score ? b.Score.CompareTo(a.Score)
            : (a.VectorRank ?? int.MaxValue) != (b.VectorRank ?? int.MaxValue) ? (a.VectorRank ?? int.MaxValue).CompareTo(b.VectorRank ?? int.MaxValue)
            : a.Row.CompareTo(b.Row));
        return fused;
    }

    private static double Part(Hit[] hits, int index, HybridFusion fusion, double weight, int rankConstant)
    {
        if (fusion == HybridFusion.ReciprocalRank)
            return weight / (rankConstant + index + 1);
        double high = hits[0].Key, low = hits[^1].Key;
        return weight * (high > low ? (hits[index].Key - low) / (high - low) : 1);
    }
}

/// <summary>A row with its fused score and its place in either list.</summary>
internal sealed record FusedRow(int Row, double Score, float? VectorKey, int? VectorRank, float? KeywordKey, int? KeywordRank);
