using TorchSharp.Modules;
using static TorchSharp.torch;

namespace LocalRag.Training.Weights;

/// <summary>The named parameters of a model: fp32 master weights that are trained in place. Owns them.</summary>
internal sealed class ParameterSet : IDisposable
{
    private readonly List<KeyValuePair<string, Parameter>> _ordered = [];
    private readonly Dictionary<string, Parameter> _byName = new(StringComparer.Ordinal);

    public IReadOnlyList<KeyValuePair<string, Parameter>> All => _ordered;

    public Parameter this[string name] => _byName[name];

    public bool Contains(string name) => _byName.ContainsKey(name);

    /// <summary>Takes the tensor over; its values are kept, not copied.</summary>
    public Parameter Add(string name, Tensor values)
    {
        var parameter = (Parameter)new Parameter(values, requires_grad: true).DetachFromDisposeScope();
        _byName.Add(name, parameter);
        _ordered.Add(new(name, parameter));
        return parameter;
    }

    /// <summary>Drops every gradient, so that the next backward pass stores instead of adding, and unused parameters stay put.</summary>
    public void ClearGradients()
    {
        foreach (var (_, parameter) in _ordered)
        {
            parameter.grad = null;
        }
    }

    /// <summary>Overwrites the values; names and shapes must be those of this set.</summary>
    public void CopyFrom(IEnumerable<KeyValuePair<string, Tensor>> values, string source)
    {
        using var noGradient = no_grad();
        var missing = _byName.Keys.ToHashSet(StringComparer.Ordinal);
        foreach (var (name, tensor) in values)
        {
            if (!_byName.TryGetValue(name, out var parameter) || !parameter.shape.SequenceEqual(tensor.shape))
            {
                throw new InvalidDataException($"'{source}' does not belong to this model: tensor {name} of shape [{string.Join(", ", tensor.shape)}] was not expected. Resume with the model the run began with.");
            }

            parameter.copy_(tensor);
            missing.Remove(name);
        }

        if (missing.Count > 0)
        {
            throw new InvalidDataException($"'{source}' does not belong to this model: tensor {missing.First()} is missing. Resume with the model the run began with.");
        }
    }

    public void Dispose()
    {
        foreach (var (_, parameter) in _ordered)
        {
            parameter.Dispose();
        }

        _ordered.Clear();
        _byName.Clear();
    }
}
