using System.CommandLine;

namespace LocalRag.Cli.Models;

/// <summary>The <c>--file</c> option: which ONNX file of a model directory runs.</summary>
internal static class ModelFileOption
{
    public static Option<string?> Create() => new("--file") { Description = "ONNX file below the model directory, such as onnx/model_qint8.onnx, or 'fastest'. Default: onnx/model.onnx." };
}
