using LocalRag.Connectors.SentenceTransformers.Pooling;

namespace LocalRag.Connectors.SentenceTransformers.Tests.Pooling;

public sealed class VectorStageTests
{
    [Fact]
    public void Dense_multiplies_rows_of_the_matrix_adds_the_bias_and_activates()
    {
        var stage = new DenseStage([1, 2, 3, 4, 5, 6], [0.5f, -100f], inputWidth: 3, outputWidth: 2, ActivationFunction.ReLU);
        var output = new float[2];
        stage.Apply([1f, 1f, 1f], output);
        Assert.Equal([6.5f, 0f], output);
    }

    [Fact]
    public void Layer_norm_of_a_constant_vector_is_its_bias()
    {
        var output = new float[3];
        new LayerNormStage([2f, 2f, 2f], [1f, 2f, 3f]).Apply([4f, 4f, 4f], output);
        Assert.Equal([1f, 2f, 3f], output);
    }

    [Fact]
    public void Zero_stays_zero_when_normalised()
    {
        var output = new float[2];
        new NormalizeStage(2).Apply([0f, 0f], output);
        Assert.Equal([0f, 0f], output);
    }
}
