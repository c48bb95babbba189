using LocalRag.Connectors.SentenceTransformers.ModelDirectory;

namespace LocalRag.Connectors.SentenceTransformers.Pooling;

/// <summary>Builds the stages behind the pooling from their configuration and weights.</summary>
internal static class ModuleWeights
{
    public static string? FirstMissing(IReadOnlyList<ModuleConfig> modules) =>
        modules.Select(PathOf).FirstOrDefault(path => path is not null && !File.Exists(path));

    public static VectorStage[] Build(IReadOnlyList<ModuleConfig> modules, int width)
    {
        var stages = new VectorStage[modules.Count];
        for (var i = 0; i < stages.Length; i++)
        {
            var module = modules[i];
            if (PathOf(module) is { } path && !File.Exists(path))
            {
                var legacy = File.Exists(Path.Combine(Path.GetDirectoryName(path)!, "pytorch_model.bin"));
                throw new FileNotFoundException($"{module.Name} needs '{path}', which does not exist. {(legacy ? "Its pytorch_model.bin is not read, because unpickling can run code: save the model again with a current sentence-transformers." : "Fetch the file.")}", path);
            }

            var stage = stages[i] = Build(module, width);
            if (stage.InputWidth != width)
                throw new InvalidDataException($"{module.Name} takes vectors of {stage.InputWidth} components, but the module before it gives {width}.");
            width = stage.OutputWidth;
        }

        return stages;
    }

    private static string? PathOf(ModuleConfig module) => module switch
    {
        DenseConfig dense => Path.Combine(dense.Directory, "model.safetensors"),
        LayerNormConfig norm => Path.Combine(norm.Directory, "model.safetensors"),
        _ => null,
    };

    private static VectorStage Build(ModuleConfig module, int width)
    {
        switch (module)
        {
            case NormalizeConfig:
                return new NormalizeStage(width);
            case DenseConfig dense:
                {
                    using var file = SafetensorsFile.Open(PathOf(dense)!);
                    return new DenseStage(
                        file.ReadFloats("linear.weight", dense.OutputWidth, dense.InputWidth),
                        dense.HasBias ? file.ReadFloats("linear.bias", dense.OutputWidth) : null,
                        dense.InputWidth, dense.OutputWidth, dense.Activation);
                }

            case LayerNormConfig norm:
                {
                    using var file = SafetensorsFile.Open(PathOf(norm)!);
                    return new LayerNormStage(file.ReadFloats("norm.weight", norm.Width), file.ReadFloats("norm.bias", norm.Width));
                }

            default:
                throw new InvalidDataException($"{module.Name} cannot follow the pooling.");
        }
    }
}
