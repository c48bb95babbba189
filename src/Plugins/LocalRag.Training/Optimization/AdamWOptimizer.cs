using System.Numerics;
using System.Runtime.InteropServices;
using LocalRag.Training.Weights;
using static TorchSharp.torch;

namespace LocalRag.Training.Optimization;

/// <summary>AdamW by PyTorch's formula, fused: every weight is read and written once.</summary>
/// <remarks>
/// TorchSharp's own makes ten passes over the model in as many native calls for each parameter, and keeps two temporaries of every
/// parameter until the step ends. A step here allocates nothing that grows with the model.
/// </remarks>
internal sealed class AdamWOptimizer(
    ParameterSet parameters, Func<string, bool> isDecayed, double beta1, double beta2, double epsilon, double weightDecay) : IStepOptimizer
{
    private const string FileName = "optimizer.safetensors";
    private const int BlockSize = 1 << 16;
    private readonly Dictionary<string, State> _states = new(StringComparer.Ordinal);

    public void Step(double learningRate)
    {
        using var scope = NewDisposeScope();
        var blocks = new List<(Tensor Values, Tensor Gradient, State State, int Start, StepFactors Factors)>();
        foreach (var (name, parameter) in parameters.All)
        {
            if (parameter.grad is not { } gradient)
            {
                continue;
            }

            int length = checked((int)parameter.numel());
            if (!_states.TryGetValue(name, out var state))
            {
                _states.Add(name, state = new State(new float[length], new float[length]));
            }

            state.Count++;
            var factors = new StepFactors(
                (float)(weightDecay != 0 && isDecayed(name) ? 1 - (learningRate * weightDecay) : 1),
                (float)(1 - beta1),
                (float)beta2,
                (float)(1 / Math.Sqrt(1 - Math.Pow(beta2, state.Count))),
                (float)epsilon,
                (float)(learningRate / (1 - Math.Pow(beta1, state.Count))));
            for (int start = 0; start < length; start += BlockSize)
            {
                blocks.Add((parameter, gradient, state, start, factors));
            }
        }

        Parallel.For(0, blocks.Count, new ParallelOptions { MaxDegreeOfParallelism = get_num_threads() }, i =>
        {
            var (values, gradient, state, start, factors) = blocks[i];
            int length = Math.Min(BlockSize, state.Mean.Length - start);
            Update(Slice(values, start, length), Slice(gradient, start, length), state.Mean.AsSpan(start, length), state.Square.AsSpan(start, length), factors);
        });
    }

    public void Save(string directory)
    {
        using var scope = NewDisposeScope();
        using var stream = File.Create(Path.Combine(directory, FileName));
        SafeTensorsFile.Write(stream, _states.SelectMany(s => new KeyValuePair<string, Tensor>[]
        {
            new("mean." + s.Key, tensor(s.Value.Mean)),
            new("square." + s.Key, tensor(s.Value.Square)),
            new("count." + s.Key, tensor([(float)s.Value.Count])),
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

            if (mean.numel() != parameter.numel())
            {
                throw new InvalidDataException($"'{path}' does not belong to this model: the state of {name} has {mean.numel()} numbers. Resume with the model the run began with.");
            }

            _states[name] = new State(mean.data<float>().ToArray(), tensors["square." + name].data<float>().ToArray())
            {
                Count = (int)tensors["count." + name].data<float>()[0],
            };
        }

        foreach (var tensor in tensors.Values)
        {
            tensor.Dispose();
        }
    }

    public void Dispose() => _states.Clear();

    private static void Update(Span<float> values, ReadOnlySpan<float> gradient, Span<float> mean, Span<float> square, StepFactors f)
    {
        int i = 0;
        for (; i <= values.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            var g = new Vector<float>(gradient[i..]);
            var m = new Vector<float>(mean[i..]);
            m += (g - m) * f.MeanShare;
            var v = (new Vector<float>(square[i..]) * f.SquareDecay) + (g * g * (1 - f.SquareDecay));
            m.CopyTo(mean[i..]);
            v.CopyTo(square[i..]);
            var denominator = (Vector.SquareRoot(v) * f.SquareScale) + new Vector<float>(f.Epsilon);
            ((new Vector<float>(values[i..]) * f.Decay) - (m * f.Rate / denominator)).CopyTo(values[i..]);
        }

        for (; i < values.Length; i++)
        {
            float g = gradient[i];
            mean[i] += (g - mean[i]) * f.MeanShare;
            square[i] = (square[i] * f.SquareDecay) + (g * g * (1 - f.SquareDecay));
            values[i] = (values[i] * f.Decay) - (mean[i] * f.Rate / ((MathF.Sqrt(square[i]) * f.SquareScale) + f.Epsilon));
        }
    }

    // Autograd keeps a gradient in its parameter's own layout, and parameters are contiguous.
    private static Span<float> Slice(Tensor tensor, int start, int length) => MemoryMarshal.Cast<byte, float>(tensor.bytes).Slice(start, length);

    private readonly record struct StepFactors(float Decay, float MeanShare, float SquareDecay, float SquareScale, float Epsilon, float Rate);

    private sealed class State(float[] mean, float[] square)
    {
        public int Count { get; set; }

        public float[] Mean => mean;

        public float[] Square => square;
    }
}
