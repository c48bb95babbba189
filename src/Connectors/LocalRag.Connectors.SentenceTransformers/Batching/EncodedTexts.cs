namespace LocalRag.Connectors.SentenceTransformers.Batching;

/// <summary>The vectors of many texts and what was read of each.</summary>
internal sealed class EncodedTexts(int count)
{
    public float[][] Vectors { get; } = new float[count][];

    public int[] TokenCounts { get; } = new int[count];

    public bool[] Truncated { get; } = new bool[count];

    public TextEmbedding[] ToDetailed()
    {
        var detailed = new TextEmbedding[Vectors.Length];
        for (var i = 0; i < detailed.Length; i++)
            detailed[i] = new(Vectors[i], TokenCounts[i], Truncated[i]);
        return detailed;
    }
}
