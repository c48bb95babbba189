using LocalRag.Connectors.SentenceTransformers.Scoring;

namespace LocalRag.Connectors.SentenceTransformers.Tests.Scoring;

public sealed class ActivationsTests
{
    // torch.nn's answers for -2, 0 and 1.5.
    [Theory]
    [InlineData(ActivationFunction.Identity, -2f, 0f, 1.5f)]
    [InlineData(ActivationFunction.Sigmoid, 0.11920292f, 0.5f, 0.81757448f)]
    [InlineData(ActivationFunction.Tanh, -0.96402758f, 0f, 0.90514825f)]
    [InlineData(ActivationFunction.ReLU, 0f, 0f, 1.5f)]
    [InlineData(ActivationFunction.GELU, -0.04550026f, 0f, 1.39978919f)]
    [InlineData(ActivationFunction.SiLU, -0.23840584f, 0f, 1.22636172f)]
    [InlineData(ActivationFunction.Softmax, 0.02409377f, 0.17803019f, 0.79787604f)]
    public void Functions_equal_torch(ActivationFunction function, float a, float b, float c)
    {
        float[] row = [-2f, 0f, 1.5f];
        Activations.Apply(function, row);
        Assert.Equal(a, row[0], 1e-5f);
        Assert.Equal(b, row[1], 1e-5f);
        Assert.Equal(c, row[2], 1e-5f);
    }

    [Fact]
    public void Softmax_of_huge_logits_stays_finite()
    {
        float[] row = [1e30f, 0f];
        Activations.Apply(ActivationFunction.Softmax, row);
        Assert.Equal([1f, 0f], row);
    }

    [Theory]
    [InlineData("torch.nn.modules.activation.Sigmoid", ActivationFunction.Sigmoid)]
    [InlineData("torch.nn.modules.linear.Identity", ActivationFunction.Identity)]
    [InlineData("torch.nn.Tanh", ActivationFunction.Tanh)]
    [InlineData("evil.module.Sigmoid", null)]
    [InlineData("torch.nn.modules.activation.Unheard", null)]
    public void Only_torch_paths_of_known_functions_are_understood(string path, ActivationFunction? expected)
        => Assert.Equal(expected, Activations.FromTorchPath(path));

    [Fact]
    public void What_is_written_is_read_again()
        => Assert.All(Enum.GetValues<ActivationFunction>(), function => Assert.Equal(function, Activations.FromTorchPath(Activations.ToTorchPath(function))));
}
