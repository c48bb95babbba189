namespace LocalRag.Connectors.SentenceTransformers.Inference;

/// <summary>An output that a graph declares. A dimension of -1 is only known after a run.</summary>
internal sealed record GraphOutput(string Name, int[] Dimensions)
{
    public int Rank => Dimensions.Length;

    /// <summary>The last dimension, where the graph states it.</summary>
    public int? Width => Dimensions is [.., > 0 and var width] ? width : null;

    public override string ToString() => $"{Name} [{string.Join(", ", Dimensions)}]";
}
