using Microsoft.Extensions.VectorData;

namespace LocalRag.Cli.Evaluation;

/// <summary>A document of a labelled collection.</summary>
internal sealed class LabelledText
{
    public string Id { get; set; } = "";

    public string Text { get; set; } = "";

    /// <summary>Empty where only keywords are measured.</summary>
    public ReadOnlyMemory<float> Vector { get; set; }

    /// <summary>Describes the record.</summary>
    /// <param name="dimensions">Components of the vectors; null where there are none.</param>
    /// <param name="similarity">The similarity that the model was trained for.</param>
    public static VectorStoreCollectionDefinition CreateDefinition(int? dimensions, SimilarityFunction similarity)
    {
        var definition = new VectorStoreCollectionDefinition
        {
            Properties = [new VectorStoreKeyProperty(nameof(Id), typeof(string)), new VectorStoreDataProperty(nameof(Text), typeof(string)) { IsFullTextIndexed = true }],
        };
        if (dimensions is { } count)
        {
            definition.Properties.Add(new VectorStoreVectorProperty(nameof(Vector), typeof(ReadOnlyMemory<float>), count)
            {
                DistanceFunction = similarity switch
                {
                    SimilarityFunction.Dot => DistanceFunction.DotProductSimilarity,
                    SimilarityFunction.Euclidean => DistanceFunction.EuclideanDistance,
                    SimilarityFunction.Manhattan => DistanceFunction.ManhattanDistance,
                    _ => DistanceFunction.CosineSimilarity,
                },
            });
        }

        return definition;
    }
}
