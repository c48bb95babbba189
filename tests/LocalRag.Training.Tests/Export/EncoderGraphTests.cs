using LocalRag.Testing;
using LocalRag.Training.Encoder;
using LocalRag.Training.Export;

namespace LocalRag.Training.Tests.Export;

public class EncoderGraphTests
{
    [TorchTheory]
    [InlineData("bert-mean")]
    [InlineData("roberta-mean")]
    [InlineData("xlm-roberta-mean-normalize")]
    [InlineData("distilbert-cls")]
    [InlineData("mpnet-mean")]
    public void Exported_encoders_equal_torch_and_pythons_own_graph(string model)
    {
        string directory = TestFiles.Golden("models", model);
        var configuration = EncoderConfiguration.Load(directory);
        using var parameters = EncoderWeights.Load(directory, configuration, [], seed: 0, keepPooler: true);
        var batch = new TestBatches(configuration);
        using var tokens = batch.ToTensors();
        using var states = new TransformerEncoder(configuration, parameters).Forward(tokens, training: false);
        float[] torch = states.data<float>().ToArray();

        float[] exported = batch.Run(Bytes(EncoderGraph.Encoder(configuration, parameters, feedsTokenTypes: true, int8: false)));
        float[] python = batch.Run(File.ReadAllBytes(Path.Combine(directory, "onnx", "model.onnx")));
        AssertClose(torch, exported, batch, configuration.HiddenSize, 1e-4f);
        AssertClose(torch, python, batch, configuration.HiddenSize, 1e-4f);

        float[] int8 = batch.Run(Bytes(EncoderGraph.Encoder(configuration, parameters, feedsTokenTypes: true, int8: true)));
        Assert.InRange(Cosine(torch, int8, batch, configuration.HiddenSize), 0.995, 0.9999999);
    }

    [TorchTheory]
    [InlineData("ce-bert-1")]
    [InlineData("ce-bert-3")]
    [InlineData("ce-roberta-1")]
    public void Exported_classifiers_equal_torch(string model)
    {
        using var network = CrossEncoderNetwork.Load(TestFiles.Golden("models", model), null, seed: 0);
        var batch = new TestBatches(network.Configuration);
        using var tokens = batch.ToTensors();
        using var logits = network.Forward(tokens, training: false);
        float[] torch = logits.data<float>().ToArray();
        float[] exported = batch.Run(Bytes(EncoderGraph.Classifier(network, feedsTokenTypes: true, int8: false)));
        Assert.All(torch.Zip(exported), pair => Assert.Equal(pair.First, pair.Second, 1e-4f));

        float[] int8 = batch.Run(Bytes(EncoderGraph.Classifier(network, feedsTokenTypes: true, int8: true)));
        Assert.All(torch.Zip(int8), pair => Assert.Equal(pair.First, pair.Second, 0.15f));
    }

    [TorchFact]
    public void A_graph_without_token_types_equals_zeros()
    {
        using var network = CrossEncoderNetwork.Load(TestFiles.Golden("models", "ce-bert-1"), null, seed: 0);
        var batch = new TestBatches(network.Configuration);
        byte[] without = Bytes(EncoderGraph.Classifier(network, feedsTokenTypes: false, int8: false));
        byte[] with = Bytes(EncoderGraph.Classifier(network, feedsTokenTypes: true, int8: false));
        Array.Clear(batch.TypeIds);
        Assert.Equal(batch.Run(with), batch.Run(without));
    }

    private static byte[] Bytes(OnnxGraph graph)
    {
        using var stream = new MemoryStream();
        graph.WriteTo(stream);
        return stream.ToArray();
    }

    private static void AssertClose(float[] expected, float[] found, TestBatches batch, int hidden, float tolerance)
    {
        Assert.Equal(expected.Length, found.Length);
        for (int i = 0; i < expected.Length; i++)
        {
            if (batch.Mask[i / hidden] == 1)
            {
                Assert.Equal(expected[i], found[i], tolerance);
            }
        }
    }

    private static double Cosine(float[] a, float[] b, TestBatches batch, int hidden)
    {
        double dot = 0, aa = 0, bb = 0;
        for (int i = 0; i < a.Length; i++)
        {
            if (batch.Mask[i / hidden] == 1)
            {
                dot += (double)a[i] * b[i];
                aa += (double)a[i] * a[i];
                bb += (double)b[i] * b[i];
            }
        }

        return dot / Math.Sqrt(aa * bb);
    }
}
