namespace LocalRag.Connectors.SentenceTransformers.Hub;

/// <summary>What one download asks for.</summary>
public sealed class HubDownloadOptions
{
    /// <summary>The branch, tag or commit to take.</summary>
    /// <value>Null (the default) takes the revision of the name (<c>owner/name@revision</c>), or else <c>main</c>. A full commit never asks the network again.</value>
    public string? Revision { get; set; }

    /// <summary>The ONNX file to take, such as <c>onnx/model_qint8_avx512.onnx</c>; a bare file name is also looked for under <c>onnx/</c>.</summary>
    /// <value><c>"fastest"</c> takes the quantised file that suits this processor best. Null (the default) takes <c>onnx/model.onnx</c>, then <c>model.onnx</c>, then the only ONNX file there is.</value>
    public string? OnnxFile { get; set; }

    /// <summary>Whether only the cache may answer, without a single request.</summary>
    /// <value>False by default; <c>HF_HUB_OFFLINE</c> has the same effect on all downloads.</value>
    public bool LocalFilesOnly { get; set; }

    /// <summary>Whether files are downloaded even when the cache holds them.</summary>
    /// <value>False by default; true together with <see cref="LocalFilesOnly"/> is refused.</value>
    public bool ForceDownload { get; set; }

    /// <summary>Whether the files that training starts from are taken, <c>model.safetensors</c> in place of the ONNX file.</summary>
    /// <value>False by default. Both kinds of a commit share one directory, so a model downloaded either way can be loaded and trained.</value>
    public bool ForTraining { get; set; }

    // "fastest" is another file on a graphics card.
    internal bool PrefersGpu { get; init; }
}
