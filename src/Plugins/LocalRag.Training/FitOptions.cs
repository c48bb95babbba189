using static TorchSharp.torch;

namespace LocalRag.Training;

/// <summary>Parameters of training that cross-encoders and bi-encoders share; names and defaults follow sentence-transformers' fit.</summary>
public abstract class FitOptions
{
    private protected FitOptions()
    {
    }

    /// <summary>Passes over the data.</summary>
    /// <value>At least 1; default 1.</value>
    public int Epochs { get; set; } = 1;

    /// <summary>Examples in a step. A batch is padded to its longest row only.</summary>
    /// <value>At least 1; default 16.</value>
    public int BatchSize { get; set; } = 16;

    /// <summary>Stops after so many optimizer steps; the schedule ends there too.</summary>
    /// <value>At least 1; null, the default, runs all epochs.</value>
    public int? MaxSteps { get; set; }

    /// <summary>Draws a new order of the examples in every epoch.</summary>
    /// <value>Default true; false keeps the data's order.</value>
    public bool Shuffle { get; set; } = true;

    /// <summary>Decides order, dropout, new layers and drawn negatives: the same seed, data and machine give the same model.</summary>
    /// <value>Default 42.</value>
    public int Seed { get; set; } = 42;

    /// <summary>How the learning rate moves.</summary>
    /// <value>Default <see cref="LearningRateSchedule.WarmupLinear"/>.</value>
    public LearningRateSchedule Scheduler { get; set; } = LearningRateSchedule.WarmupLinear;

    /// <summary>Steps over which the rate rises from 0.</summary>
    /// <value>0 or more; null, the default, takes 10 % of all steps (the reference's 10,000 never ends in a short run).</value>
    public int? WarmupSteps { get; set; }

    /// <summary>Peak learning rate.</summary>
    /// <value>Above 0; default 2e-5.</value>
    public double LearningRate { get; set; } = 2e-5;

    /// <summary>Decay of AdamW's running mean of gradients.</summary>
    /// <value>From 0 to below 1; default 0.9.</value>
    public double AdamBeta1 { get; set; } = 0.9;

    /// <summary>Decay of AdamW's running mean of squared gradients.</summary>
    /// <value>From 0 to below 1; default 0.999.</value>
    public double AdamBeta2 { get; set; } = 0.999;

    /// <summary>Keeps AdamW's quotient finite.</summary>
    /// <value>Above 0; default 1e-8.</value>
    public double AdamEpsilon { get; set; } = 1e-8;

    /// <summary>Weight decay of all parameters but biases and layer norms.</summary>
    /// <value>0 or more; default 0.01.</value>
    public double WeightDecay { get; set; } = 0.01;

    /// <summary>Makes another optimizer than AdamW, from the decayed and the other parameters. Its rate is set before every step; the run disposes it.</summary>
    /// <value>Null, the default, is AdamW.</value>
    public Func<IReadOnlyList<OptimizerParameterGroup>, optim.Optimizer>? OptimizerFactory { get; set; }

    /// <summary>Scales the gradient down to this length where it is longer.</summary>
    /// <value>Above 0; default 1. Infinity clips nothing.</value>
    public double MaxGradNorm { get; set; } = 1;

    /// <summary>Mixed precision: matrix products in bf16, master weights in fp32.</summary>
    /// <value>Default false. Faster only on processors with bf16 arithmetic (AMX, AVX512-BF16).</value>
    public bool UseAmp { get; set; }

    /// <summary>Evaluates after every so many steps of an epoch, beside the evaluation at its end.</summary>
    /// <value>0 or more; default 0, only at the end of epochs.</value>
    public int EvaluationSteps { get; set; }

    /// <summary>With an evaluator, keeps the weights of its best score instead of the last.</summary>
    /// <value>Default true.</value>
    public bool SaveBestModel { get; set; } = true;

    /// <summary>Where the model directory is written. An old model there is replaced at once and only when the new one is complete.</summary>
    /// <value>Null, the default, makes a new directory below the system's temporary one, which stays.</value>
    public string? OutputPath { get; set; }

    /// <summary>Called after every evaluation, on the training thread.</summary>
    public Action<EvaluationResult>? Callback { get; set; }

    /// <summary>Told of every step, for a progress bar or a trace.</summary>
    public IProgress<FitProgress>? Progress { get; set; }

    /// <summary>Where checkpoints are written, one directory for each.</summary>
    /// <value>Null, the default, writes none.</value>
    public string? CheckpointPath { get; set; }

    /// <summary>Writes a checkpoint after every so many steps.</summary>
    /// <value>At least 1; default 500.</value>
    public int CheckpointSaveSteps { get; set; } = 500;

    /// <summary>How many checkpoints are kept, the newest ones.</summary>
    /// <value>0 or more; default 0 keeps all.</value>
    public int CheckpointSaveTotalLimit { get; set; }

    /// <summary>Goes on from a checkpoint; data and options must be those it began with.</summary>
    /// <value>A checkpoint's directory, or <see cref="CheckpointPath"/> for its newest; null, the default, starts anew.</value>
    public string? ResumeFromCheckpoint { get; set; }

    /// <summary>Longest row in tokens, special tokens included.</summary>
    /// <value>At least 4; null, the default, takes the model's own limit.</value>
    public int? MaxLength { get; set; }

    /// <summary>Threads of matrix products, for the whole process.</summary>
    /// <value>At least 1; null, the default, leaves TorchSharp's setting.</value>
    public int? Threads { get; set; }

    /// <summary>Text for the model card: where the data came from, what it is good for.</summary>
    public string? ModelCardNote { get; set; }

    internal void Validate()
    {
        AtLeast(Epochs, 1, nameof(Epochs));
        AtLeast(BatchSize, 1, nameof(BatchSize));
        AtLeast(MaxSteps ?? 1, 1, nameof(MaxSteps));
        AtLeast(WarmupSteps ?? 0, 0, nameof(WarmupSteps));
        AtLeast(EvaluationSteps, 0, nameof(EvaluationSteps));
        AtLeast(CheckpointSaveSteps, 1, nameof(CheckpointSaveSteps));
        AtLeast(CheckpointSaveTotalLimit, 0, nameof(CheckpointSaveTotalLimit));
        AtLeast(MaxLength ?? 4, 4, nameof(MaxLength));
        AtLeast(Threads ?? 1, 1, nameof(Threads));
        Check(double.IsFinite(LearningRate) && LearningRate > 0, nameof(LearningRate), LearningRate, "a finite number above 0");
        Check(AdamBeta1 is >= 0 and < 1, nameof(AdamBeta1), AdamBeta1, "from 0 to below 1");
        Check(AdamBeta2 is >= 0 and < 1, nameof(AdamBeta2), AdamBeta2, "from 0 to below 1");
        Check(double.IsFinite(AdamEpsilon) && AdamEpsilon > 0, nameof(AdamEpsilon), AdamEpsilon, "a finite number above 0");
        Check(double.IsFinite(WeightDecay) && WeightDecay >= 0, nameof(WeightDecay), WeightDecay, "a finite number, 0 or more");
        Check(MaxGradNorm > 0, nameof(MaxGradNorm), MaxGradNorm, "above 0");
        Check(Enum.IsDefined(Scheduler), nameof(Scheduler), Scheduler, "a defined schedule");
    }

    private protected static void AtLeast(int value, int minimum, string name) => Check(value >= minimum, name, value, $"{minimum} or more");

    private protected static void Check(bool condition, string name, object value, string expected)
    {
        if (!condition)
        {
            throw new ArgumentOutOfRangeException(name, value, $"{name} must be {expected}.");
        }
    }
}
