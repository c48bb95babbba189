namespace LocalRag.Connectors.InMemory;

/// <summary>Groups vectors that lie close together: <c>util.community_detection</c> of sentence-transformers.</summary>
/// <remarks>Safe for concurrent use.</remarks>
public static class CommunityDetection
{
    /// <summary>Finds groups of vectors whose cosine similarity to one of them, the centre, reaches a threshold.</summary>
    /// <param name="embeddings">The vectors, all of one length.</param>
    /// <param name="threshold">The smallest similarity to the centre, -1 to 1.</param>
    /// <param name="minCommunitySize">The smallest group, 1 or more; no larger than the list.</param>
    /// <param name="batchSize">How many centres are compared together, 1 or more.</param>
    /// <param name="cancellationToken">Stops the work between batches.</param>
    /// <returns>The groups without overlap, largest first; in each the indices by falling similarity to its centre, which comes first.</returns>
    /// <exception cref="ArgumentException">The vectors differ in length.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A number is below 1.</exception>
    public static IReadOnlyList<IReadOnlyList<int>> Find(
        IReadOnlyList<float[]> embeddings,
        float threshold = 0.75f,
        int minCommunitySize = 10,
        int batchSize = 1024,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(embeddings);
        ArgumentOutOfRangeException.ThrowIfLessThan(minCommunitySize, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(batchSize, 1);
        minCommunitySize = Math.Min(minCommunitySize, embeddings.Count);
        var communities = new List<(int Centre, int[] Members)>();
        for (var first = 0; first < embeddings.Count; first += batchSize)
        {
            var centres = embeddings.Skip(first).Take(batchSize).ToArray();
            var neighbours = Neighbours(centres, embeddings, threshold, minCommunitySize, cancellationToken);
            for (var i = 0; i < neighbours.Length; i++)
            {
                if (neighbours[i].Length >= minCommunitySize)
                    communities.Add((first + i, neighbours[i]));
            }
        }

        return WithoutOverlap(communities, minCommunitySize);
    }

    /// <summary>Asks for more and more neighbours until the last one lies below the threshold.</summary>
    private static int[][] Neighbours(float[][] centres, IReadOnlyList<float[]> embeddings, float threshold, int minCommunitySize, CancellationToken cancellationToken)
    {
        var result = new int[centres.Length][];
        var open = Enumerable.Range(0, centres.Length).ToArray();
        for (var size = Math.Max(2 * minCommunitySize, 50); open.Length > 0; size = (int)Math.Min(int.MaxValue, 4L * size))
        {
            var hits = SemanticSearch.Search([.. open.Select(i => centres[i])], embeddings, size, centres.Length, cancellationToken: cancellationToken);
            for (var i = 0; i < open.Length; i++)
                result[open[i]] = [.. hits[i].TakeWhile(hit => hit.Score >= threshold).Select(hit => hit.CorpusId)];
            open = [.. open.Where(i => result[i].Length == size && size < embeddings.Count)];
        }

        return result;
    }

    /// <summary>Largest first; a community whose centre has been taken is no community any more.</summary>
    private static List<int[]> WithoutOverlap(List<(int Centre, int[] Members)> communities, int minCommunitySize)
    {
        var taken = new HashSet<int>();
        var unique = new List<int[]>();
        foreach (var (centre, members) in communities.OrderByDescending(c => c.Members.Length))
        {
            if (taken.Contains(centre))
                continue;
            var rest = Array.FindAll(members, member => !taken.Contains(member));
            if (rest.Length < minCommunitySize)
                continue;
            unique.Add(rest);
            taken.UnionWith(rest);
        }

        return [.. unique.OrderByDescending(c => c.Length)];
    }
}
