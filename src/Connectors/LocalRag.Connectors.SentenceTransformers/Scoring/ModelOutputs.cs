using System.Globalization;
using System.Numerics.Tensors;
using LocalRag.Connectors.SentenceTransformers.Inference;

namespace LocalRag.Connectors.SentenceTransformers;

/// <summary>Everything that a graph returns for one batch, as float tensors of its own memory.</summary>
public sealed class ModelOutputs
{
    private readonly Dictionary<string, Tensor<float>> _tensors;

    internal ModelOutputs(string logits, Dictionary<string, Tensor<float>> tensors)
    {
        _tensors = tensors;
        Logits = tensors[logits];
        HiddenStates = Layers("hidden_states");
        Attentions = Layers("attentions");
    }

    /// <summary>The classifier's raw outputs, before any activation: [rows, labels].</summary>
    public Tensor<float> Logits { get; }

    /// <summary>The states of all layers, [rows, tokens, width] each, where the graph was exported with them (outputs hidden_states or hidden_states.N); otherwise empty.</summary>
    public IReadOnlyList<Tensor<float>> HiddenStates { get; }

    /// <summary>The attentions of all layers, [rows, heads, tokens, tokens] each, where the graph was exported with them (outputs attentions or attentions.N); otherwise empty.</summary>
    public IReadOnlyList<Tensor<float>> Attentions { get; }

    /// <summary>All outputs by name.</summary>
    public IReadOnlyDictionary<string, Tensor<float>> All => _tensors;

    internal static Dictionary<string, Tensor<float>> Copy(OnnxOutputs outputs, IReadOnlyList<string> names)
    {
        var tensors = new Dictionary<string, Tensor<float>>(StringComparer.Ordinal);
        for (var i = 0; i < names.Count; i++)
            tensors[names[i]] = Tensor.Create(outputs.Values(i).ToArray(), Array.ConvertAll(outputs.Shape(i), size => (nint)size));
        return tensors;
    }

    private Tensor<float>[] Layers(string name) =>
        [.. _tensors
            .Where(entry => entry.Key == name || entry.Key.StartsWith(name + ".", StringComparison.Ordinal) || entry.Key.StartsWith(name + "_", StringComparison.Ordinal))
            .OrderBy(entry => int.TryParse(entry.Key.AsSpan(Math.Min(name.Length + 1, entry.Key.Length)), NumberStyles.None, CultureInfo.InvariantCulture, out var layer) ? layer : 0)
            .Select(entry => entry.Value)];
}
