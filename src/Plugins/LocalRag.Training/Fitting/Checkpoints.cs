using System.Globalization;
using System.Text.Json;
using LocalRag.Training.Encoder;
using LocalRag.Training.Optimization;
using LocalRag.Training.Saving;
using LocalRag.Training.Weights;
using static TorchSharp.torch;

namespace LocalRag.Training.Fitting;

/// <summary>Checkpoints of a run: <c>checkpoint-{steps}</c> directories that are complete or absent.</summary>
internal static class Checkpoints
{
    private const string Prefix = "checkpoint-";
    private const string StateFile = "trainer_state.json";

    public static string Save(string root, int keep, ITrainableNetwork network, IStepOptimizer optimizer, CheckpointState state)
    {
        string path = Path.Combine(root, Prefix + state.Step.ToString(CultureInfo.InvariantCulture));
        AtomicDirectory.Write(path, directory =>
        {
            using (var weights = File.Create(Path.Combine(directory, EncoderWeights.FileName)))
            {
                SafeTensorsFile.Write(weights, network.Parameters.All.Select(p => new KeyValuePair<string, Tensor>(p.Key, p.Value)));
            }

            optimizer.Save(directory);
            File.WriteAllBytes(Path.Combine(directory, StateFile), JsonSerializer.SerializeToUtf8Bytes(state));
        });
        if (keep > 0)
        {
            foreach (string old in All(root).Reverse().Skip(keep))
            {
                Directory.Delete(old, recursive: true);
            }
        }

        return path;
    }

    /// <summary>Puts weights and optimizer back; random numbers follow from seed and step; refuses a checkpoint of other data or options.</summary>
    public static CheckpointState Load(string path, ITrainableNetwork network, IStepOptimizer optimizer, FitPlan plan)
    {
        string directory = File.Exists(Path.Combine(path, StateFile)) ? path : All(path).LastOrDefault()
            ?? throw new DirectoryNotFoundException($"'{path}' holds no checkpoint: a directory with {StateFile} was expected. Give the checkpoint path of the run to go on with.");
        string stateFile = Path.Combine(directory, StateFile);
        CheckpointState state;
        try
        {
            state = JsonSerializer.Deserialize<CheckpointState>(File.ReadAllBytes(stateFile)) ?? throw new JsonException("the file holds null");
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"'{stateFile}' could not be read: {e.Message}", e);
        }

        var expected = state with
        {
            TotalSteps = plan.TotalSteps,
            ExampleCount = plan.ExampleCount,
            BatchSize = plan.BatchSize,
            Seed = plan.Seed,
            Shuffle = plan.Shuffle,
        };
        if (state != expected)
        {
            throw new ArgumentException(
                $"The checkpoint '{directory}' is of another run: {Describe(state)}; this one has {Describe(expected)}. Resume with the data and options it began with.");
        }

        var weights = SafeTensorsFile.Read(Path.Combine(directory, EncoderWeights.FileName));
        network.Parameters.CopyFrom(weights, directory);
        foreach (var (_, tensor) in weights)
        {
            tensor.Dispose();
        }

        optimizer.Load(directory);
        return state;

        static string Describe(CheckpointState s) =>
            $"{s.TotalSteps} steps, {s.ExampleCount} examples, batch size {s.BatchSize}, seed {s.Seed}, {(s.Shuffle ? "shuffled" : "in order")}";
    }

    /// <summary>Checkpoints below a directory, oldest first.</summary>
    private static IEnumerable<string> All(string root) => !Directory.Exists(root) ? [] : Directory.GetDirectories(root, Prefix + "*")
        .Select(d => (Directory: d, Step: int.TryParse(Path.GetFileName(d)[Prefix.Length..], CultureInfo.InvariantCulture, out int step) ? step : -1))
        .Where(c => c.Step >= 0)
        .OrderBy(c => c.Step)
        .Select(c => c.Directory);
}
