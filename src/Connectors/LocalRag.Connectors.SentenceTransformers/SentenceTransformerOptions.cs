using Microsoft.ML.OnnxRuntime;

namespace LocalRag.Connectors.SentenceTransformers;

/// <summary>What <see cref="BiEncoderOptions"/> and <see cref="CrossEncoderOptions"/> have in common. Everything else is read from the model directory; an option only overrides.</summary>
/// <remarks>A model keeps its own copy: changing the options after loading has no effect.</remarks>
public abstract class SentenceTransformerOptions
{
    private protected SentenceTransformerOptions()
    {
    }

    /// <summary>The ONNX file to use.</summary>
    /// <value>
    /// A path inside the model directory, or a file name that is also looked for under <c>onnx/</c>; <c>"fastest"</c> for the quantised file
    /// that suits this processor best. Null (the default) takes <c>onnx/model.onnx</c>, then <c>model.onnx</c>, then the only ONNX file there is.
    /// </value>
    public string? OnnxFile { get; set; }

    /// <summary>Where the graph runs.</summary>
    /// <value><c>auto</c> (the default: CUDA where ONNX Runtime's GPU build and a card are present, otherwise the processor), <c>cpu</c>, <c>cuda</c> or <c>cuda:n</c>.</value>
    public string Device { get; set; } = "auto";

    /// <summary>How the model's threads wait: sleeping for shared machines, spinning for a machine of its own. The number of threads is that of the physical cores.</summary>
    /// <value><see cref="ThreadUse.Shared"/> by default.</value>
    public ThreadUse Threads { get; set; } = ThreadUse.Shared;

    /// <summary>The most tokens of a text, or of both texts of a pair together, special tokens included; what is longer is truncated.</summary>
    /// <value>1 or more; null (the default) takes the model's own length.</value>
    public int? MaxTokens { get; set; }

    /// <summary>How many tokens, padding included, one run of the graph may hold. Texts are batched by length up to this.</summary>
    /// <value>1 or more; null (the default) takes 512 on a processor and 16,384 on a graphics card.</value>
    public int? TokenBudget { get; set; }

    /// <summary>Whether every text runs alone, so that its result cannot depend on the other texts of a call.</summary>
    /// <value>
    /// False by default. An int8 graph quantises its activations per batch, which moves a text's numbers a little with its neighbours; an fp32 graph
    /// differs by rounding only. True costs speed: see <see cref="BiEncoder"/> for measurements.
    /// </value>
    public bool BatchIndependent { get; set; }

    /// <summary>Prompts by name, which replace and add to those of the model directory.</summary>
    /// <value>Null (the default) keeps the model's own.</value>
    public IDictionary<string, string>? Prompts { get; set; }

    /// <summary>The prompt that is used when a call names none.</summary>
    /// <value>A name among the prompts; null (the default) takes the model's own choice, which is mostly none.</value>
    public string? DefaultPromptName { get; set; }

    /// <summary>Branch, tag or commit of a model on the Hugging Face hub.</summary>
    /// <value>Null (the default) takes <c>main</c>. Ignored for directories.</value>
    public string? Revision { get; set; }

    /// <summary>Whether a model's name is only looked for in the local cache of the hub.</summary>
    /// <value>False by default. Ignored for directories.</value>
    public bool LocalFilesOnly { get; set; }

    /// <summary>The folder of the hub's cache.</summary>
    /// <value>Null (the default) takes the one that Python uses. Ignored for directories.</value>
    public string? CacheFolder { get; set; }

    /// <summary>The access token for private models on the hub.</summary>
    /// <value>Null (the default) takes the environment's. Ignored for directories.</value>
    public string? Token { get; set; }

    /// <summary>Whether Python code of the model may run.</summary>
    /// <value>Only false (the default): there is no Python here, and a model that needs its own code cannot be run; true is refused.</value>
    public bool TrustRemoteCode { get; set; }

    /// <summary>A last hand on ONNX Runtime's session options, for execution providers and settings that have no option of their own.</summary>
    /// <value>Null (the default) changes nothing. Called once, while the model is loaded.</value>
    public Action<SessionOptions>? ConfigureSession { get; set; }

    private protected void ValidateCommon()
    {
        AtLeastOne(MaxTokens, nameof(MaxTokens));
        AtLeastOne(TokenBudget, nameof(TokenBudget));
        if (!Enum.IsDefined(Threads))
            throw new ArgumentOutOfRangeException(nameof(Threads), Threads, "Expected Shared or Dedicated.");
        if (TrustRemoteCode)
            throw new NotSupportedException("TrustRemoteCode is true, but models run as ONNX graphs and their Python code is never executed. Leave it false; a model that needs its own code has to be exported with that code inside the graph.");
        if (OnnxFile is { Length: 0 })
            throw new ArgumentException("OnnxFile is empty; expected a file name, \"fastest\" or null.", nameof(OnnxFile));
        if (Prompts is not null && Prompts.FirstOrDefault(prompt => prompt.Value is null) is { Key: { } name })
            throw new ArgumentException($"Prompt '{name}' is null; expected a text, which may be empty.", nameof(Prompts));
    }

    private protected static void AtLeastOne(int? value, string name)
    {
        if (value < 1)
            throw new ArgumentOutOfRangeException(name, value, $"{name} is {value}; expected 1 or more, or null.");
    }

    private protected void CopyTo(SentenceTransformerOptions copy)
    {
        copy.OnnxFile = OnnxFile;
        copy.Device = Device;
        copy.Threads = Threads;
        copy.MaxTokens = MaxTokens;
        copy.TokenBudget = TokenBudget;
        copy.BatchIndependent = BatchIndependent;
        copy.Prompts = Prompts is null ? null : new Dictionary<string, string>(Prompts);
        copy.DefaultPromptName = DefaultPromptName;
        copy.Revision = Revision;
        copy.LocalFilesOnly = LocalFilesOnly;
        copy.CacheFolder = CacheFolder;
        copy.Token = Token;
        copy.ConfigureSession = ConfigureSession;
    }
}
