namespace LocalRag.Plugins.Retrieval;

/// <summary>A record that was found, and what each stage said about it.</summary>
/// <typeparam name="TRecord">The record type.</typeparam>
public sealed class RetrievalHit<TRecord>
    where TRecord : class
{
    internal RetrievalHit(TRecord record, object key, string text) => (Record, Key, Text) = (record, key, text);

    /// <summary>The record.</summary>
    public TRecord Record { get; }

    /// <summary>The key of the record.</summary>
    public object Key { get; }

    /// <summary>The text of the record.</summary>
    public string Text { get; }

    /// <summary>Final position, from 0; for a dropped hit the position it would have had, or -1 where there is none.</summary>
    public int Rank { get; internal set; } = -1;

    /// <summary>Position among the candidates before reranking, from 0; -1 for a duplicate.</summary>
    public int RankBefore { get; internal set; } = -1;

    /// <summary>Rank and score of the vector search; null where it did not find the record, or only the fused list is known. Over several queries the best.</summary>
    public StageScore? Vector { get; internal set; }

    /// <summary>Rank and score of the keyword search; null where it did not find the record or did not run. Over several queries the best.</summary>
    public StageScore? Keyword { get; internal set; }

    /// <summary>Rank and score after fusion of all lists; null where there was only one.</summary>
    public StageScore? Fused { get; internal set; }

    /// <summary>Rank and score by the reranker; null where it did not see the record.</summary>
    public StageScore? Rerank { get; internal set; }

    /// <summary>The blend of the ranks before and by the reranker, which orders the hits; null without a reranking.</summary>
    public double? Blended { get; internal set; }

    /// <summary>The pieces around the record in their order, without itself; empty unless neighbours were asked for.</summary>
    public IReadOnlyList<TRecord> Neighbours { get; internal set; } = [];
}
