using System.Globalization;
using Microsoft.ML.OnnxRuntime;

namespace LocalRag.Connectors.SentenceTransformers.Inference;

/// <summary>Where a graph runs, read from <c>auto</c>, <c>cpu</c>, <c>cuda</c> or <c>cuda:n</c>.</summary>
internal readonly record struct InferenceDevice(bool IsGpu, int Index, bool IsRequired)
{
    private const string CudaProvider = "CUDAExecutionProvider";

    public static InferenceDevice Parse(string device)
    {
        ArgumentNullException.ThrowIfNull(device);
        switch (device)
        {
            case "cpu":
                return default;
            case "auto":
                return new(HasCuda, 0, IsRequired: false);
            case "cuda":
                return new(true, 0, IsRequired: true);
        }

        return device.StartsWith("cuda:", StringComparison.Ordinal)
            && int.TryParse(device.AsSpan(5), NumberStyles.None, CultureInfo.InvariantCulture, out var index)
                ? new(true, index, IsRequired: true)
                : throw new ArgumentException($"Device is '{device}'; expected auto, cpu, cuda or cuda:n with n from 0.", nameof(device));
    }

    private static bool HasCuda => OrtEnv.Instance().GetAvailableProviders().Contains(CudaProvider);

    /// <summary>Adds the execution provider; false where a graphics card is absent and was not required.</summary>
    public bool TryApply(SessionOptions options)
    {
        if (!IsGpu)
            return true;
        if (IsRequired && !HasCuda)
            throw Absent(null);
        try
        {
            options.AppendExecutionProvider_CUDA(Index);
            return true;
        }
        catch (Exception exception) when (exception is OnnxRuntimeException or EntryPointNotFoundException)
        {
            return IsRequired ? throw Absent(exception) : false;
        }
    }

    private InvalidOperationException Absent(Exception? inner) => new(
        $"Device is 'cuda:{Index}', but this build of ONNX Runtime has no usable CUDA provider ({inner?.Message ?? $"it offers {string.Join(", ", OrtEnv.Instance().GetAvailableProviders())}"}). " +
        "Reference Microsoft.ML.OnnxRuntime.Gpu instead of Microsoft.ML.OnnxRuntime, install CUDA and cuDNN, or set Device to 'cpu'.", inner);
}
