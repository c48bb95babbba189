using System.Globalization;
using LocalRag.Training.Weights;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace LocalRag.Training.Optimization;

/// <summary>AdamW as PyTorch computes it, parameter by parameter, so that only one parameter's intermediates live at a time.</summary>
/// <remarks>TorchSharp's own keeps square root and quotient of every parameter until the step ends: twice the model in memory.</remarks>
internal sealed class AdamWOptimizer(
    ParameterSet parameters, Func<string, bool> isDecayed, double beta1, double beta2, double epsilon, double weightDecay) : IStepOptimizer
{
    private const string FileName = "optimizer.safetensors";
    private readonly Dictionary<string, State> _states = new(StringComparer.Ordinal);

    public void Step(double learningRate)
    {
        using var noGradient = no_grad();
        foreach (var (name, parameter) in parameters.All)
        {
            using var scope = NewDisposeScope();
            if (parameter.grad is not { } gradient)
            {
                continue;
            }

            if (!_states.TryGetValue(name, out var state))
            {
                _states.Add(name, state = State.New(parameter));
            }

            if (weightDecay != 0 && isDecayed(name))
            {
                parameter.mul_(1 - (learningRate * weightDecay));
            }

            state.Count++;
            state.Mean.mul_(beta1).add_(gradient, 1 - beta1);
            state.Square.mul_(beta2).addcmul_(gradient, gradient, 1 - beta2);
            var denominator = state.Square.sqrt().div_(Math.Sqrt(1 - Math.Pow(beta2, state.Count))).add_(epsilon);
            parameter.addcdiv_(state.Mean, denominator, -learningRate / (1 - Math.Pow(beta1, state.Count)));
        }
    }

    public void Save(string directory)
    {
        using var counts = NewDisposeScope();
        using var stream = File.Create(Path.Combine(directory, FileName));
        SafeTensorsFile.Write(stream, _states.SelectMany(s => new KeyValuePair<string, Tensor>[]
        {
            new("mean." + s.Key, s.Value.Mean),
            new("square." + s.Key, s.Value.Square),
            new("count." + s.Key, tensor((float)s.Value.Count)),
        }));
    }

    public void Load(string directory)
    {
        string path = Path.Combine(directory, FileName);
        var tensors = SafeTensorsFile.Read(path).ToDictionary(t => t.Key, t => t.Value, StringComparer.Ordinal);
        foreach (var (name, parameter) in parameters.All)
        {
            if (!tensors.TryGetValue("mean." + name, out var mean))
            {
                continue;
            }

            if (!mean.shape.SequenceEqual(parameter.shape))
            {
                throw new InvalidDataException(string.Create(CultureInfo.InvariantCulture,
                    $"'{path}' does not belong to this model: the state of {name} has shape [{string.Join(", ", mean.shape)}]. Resume with the model the run began with."));
            }

            using var count = tensors["count." + name];
            _states[name] = new State(mean, tensors["square." + name]) { Count = (int)count.item<float>() };
        }
    }

    public void Dispose()
    {
        foreach (var state in _states.Values)
        {
            state.Mean.Dispose();
            state.Square.Dispose();
        }

        _states.Clear();
    }

    private sealed class State(Tensor mean, Tensor square)
    {
        public int Count { get; set; }

        public Tensor Mean => mean;

        public Tensor Square => square;

        public static State New(Parameter parameter) =>
            new(zeros(parameter.shape).DetachFromDisposeScope(), zeros(parameter.shape).DetachFromDisposeScope());
    }
}
