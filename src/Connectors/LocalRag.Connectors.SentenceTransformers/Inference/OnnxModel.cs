using Microsoft.ML.OnnxRuntime;

namespace LocalRag.Connectors.SentenceTransformers.Inference;

/// <summary>An ONNX graph that is open for running. Concurrent runs are allowed; disposing waits for nobody and frees the session after the last run.</summary>
internal sealed class OnnxModel : IDisposable
{
    private static readonly RunOptions PlainRun = new();

    private readonly InferenceSession _session;
    private readonly GraphInput[] _inputs;
    private readonly string[] _inputNames;
    private readonly Lock _gate = new();
    private int _running;
    private bool _disposed;

    private OnnxModel(string path, InferenceSession session, bool isGpu)
    {
        FilePath = path;
        _session = session;
        IsGpu = isGpu;
        _inputs = [.. session.InputMetadata.Select(input => GraphInput.Read(path, input.Key, input.Value))];
        _inputNames = [.. _inputs.Select(input => input.Name)];
        Outputs = [.. session.OutputMetadata.Where(output => output.Value.IsTensor).Select(output => new GraphOutput(output.Key, output.Value.Dimensions))];
    }

    public string FilePath { get; }

    public bool IsGpu { get; }

    public IReadOnlyList<string> InputNames => _inputNames;

    public IReadOnlyList<GraphOutput> Outputs { get; }

    public string OutputNames => string.Join(", ", Outputs.Select(output => output.ToString()));

    public static OnnxModel Load(string path, SentenceTransformerOptions options)
    {
        var device = InferenceDevice.Parse(options.Device);
        try
        {
            return Open(path, options, device);
        }
        catch (OnnxRuntimeException exception)
        {
            throw new InvalidDataException($"'{path}' could not be opened by ONNX Runtime: {exception.Message} Fetch or export the file again.", exception);
        }
        catch (Exception exception) when (exception is DllNotFoundException or TypeInitializationException { InnerException: DllNotFoundException or EntryPointNotFoundException })
        {
            throw new InvalidOperationException("The native library of ONNX Runtime was not found. Reference the package Microsoft.ML.OnnxRuntime (or Microsoft.ML.OnnxRuntime.Gpu) in the application.", exception);
        }
    }

    private static OnnxModel Open(string path, SentenceTransformerOptions options, InferenceDevice device)
    {
        using var session = new SessionOptions
        {
            // Batches differ in shape; a pattern would be kept for every shape that was ever seen.
            EnableMemoryPattern = false,
            LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR,
        };
        var spinning = options.Threads == ThreadUse.Dedicated ? "1" : "0";
        session.AddSessionConfigEntry("session.intra_op.allow_spinning", spinning);
        session.AddSessionConfigEntry("session.inter_op.allow_spinning", spinning);
        var isGpu = device.TryApply(session) && device.IsGpu;
        options.ConfigureSession?.Invoke(session);
        var native = new InferenceSession(path, session);
        try
        {
            return new(path, native, isGpu);
        }
        catch
        {
            native.Dispose();
            throw;
        }
    }

    /// <summary>Runs the graph and returns the named outputs.</summary>
    /// <exception cref="ObjectDisposedException">The model was disposed before.</exception>
    public OnnxOutputs Run(TokenBatch batch, IReadOnlyCollection<string> outputs, CancellationToken cancellationToken)
    {
        Enter();
        try
        {
            if (!cancellationToken.CanBeCanceled)
                return RunCore(batch, outputs, PlainRun);

            cancellationToken.ThrowIfCancellationRequested();
            using var run = new RunOptions();
            using var stop = cancellationToken.UnsafeRegister(static state => ((RunOptions)state!).Terminate = true, run);
            try
            {
                return RunCore(batch, outputs, run);
            }
            catch (OnnxRuntimeException) when (cancellationToken.IsCancellationRequested)
            {
                throw new OperationCanceledException(cancellationToken);
            }
        }
        finally
        {
            Leave();
        }
    }

    private OnnxOutputs RunCore(TokenBatch batch, IReadOnlyCollection<string> outputs, RunOptions run)
    {
        var values = new InputValue[_inputs.Length];
        try
        {
            for (var i = 0; i < values.Length; i++)
                values[i] = _inputs[i].CreateValue(batch);
            return new(_session.Run(run, _inputNames, Array.ConvertAll(values, value => value.Value), outputs));
        }
        finally
        {
            foreach (var value in values)
                value.Dispose();
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            if (_disposed)
                return;
            _disposed = true;
            if (_running > 0)
                return;
        }

        _session.Dispose();
    }

    private void Enter()
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            _running++;
        }
    }

    private void Leave()
    {
        lock (_gate)
        {
            if (--_running > 0 || !_disposed)
                return;
        }

        _session.Dispose();
    }
}
