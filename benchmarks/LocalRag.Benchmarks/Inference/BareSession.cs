using LocalRag.Connectors.SentenceTransformers;
using LocalRag.Connectors.SentenceTransformers.Batching;
using LocalRag.Connectors.SentenceTransformers.ModelDirectory;
using LocalRag.Connectors.SentenceTransformers.Tokenization;
using Microsoft.ML.OnnxRuntime;

namespace LocalRag.Benchmarks.Inference;

/// <summary>What ONNX Runtime alone does: the ideal batches are tokenized, padded and wrapped beforehand, and only the graph is run.</summary>
internal sealed class BareSession : IDisposable
{
    private readonly InferenceSession _session;
    private readonly List<TokenBatch> _batches = [];
    private readonly List<OrtValue[]> _inputs = [];
    private readonly string[] _names;
    private readonly string[] _output;
    private readonly RunOptions _run = new();

    public BareSession(string directory, IReadOnlyList<string> texts)
        : this(directory, tokenizer => [.. texts.Select(text => tokenizer.Encode(text, 256))])
    {
    }

    public BareSession(string directory, Func<TextTokenizer, TextEncoding[]> encode)
    {
        using var options = new SessionOptions { EnableMemoryPattern = false };
        options.AddSessionConfigEntry("session.intra_op.allow_spinning", "0");
        options.AddSessionConfigEntry("session.inter_op.allow_spinning", "0");
        _session = new(OnnxFile.Choose(directory, "", null), options);
        _names = [.. _session.InputNames];
        _output = [_session.OutputNames[0]];
        var tokenizer = TextTokenizer.Load(directory);
        var encodings = encode(tokenizer);
        var plan = BatchPlan.Create([.. encodings.Select(encoding => encoding.Ids.Length)], BatchLimits.Of(null, false, false, null));
        for (var i = 0; i < plan.BatchCount; i++)
        {
            var batch = new TokenBatch(encodings, plan.Rows(i), tokenizer);
            _batches.Add(batch);
            _inputs.Add([.. _names.Select(name => OrtValue.CreateTensorValueFromMemory(OrtMemoryInfo.DefaultInstance,
                batch.Matrix(name switch { "input_ids" => 0, "attention_mask" => 1, _ => 2 }), [batch.RowCount, batch.Width]))]);
        }
    }

    public void RunAll()
    {
        foreach (var input in _inputs)
            _session.Run(_run, _names, input, _output).Dispose();
    }

    public void Dispose()
    {
        foreach (var value in _inputs.SelectMany(input => input))
            value.Dispose();
        foreach (var batch in _batches)
            batch.Dispose();
        _run.Dispose();
        _session.Dispose();
    }
}
