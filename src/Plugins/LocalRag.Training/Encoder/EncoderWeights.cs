using LocalRag.Training.Weights;
using static TorchSharp.torch;

namespace LocalRag.Training.Encoder;

/// <summary>Between a model directory's <c>model.safetensors</c> and the <see cref="ParameterSet"/> of an encoder.</summary>
internal static class EncoderWeights
{
    public const string FileName = "model.safetensors";

    /// <summary>Loads the encoder and the parameters of <paramref name="head"/>; what the head lacks starts anew from <paramref name="seed"/>.</summary>
    /// <param name="keepPooler">Keeps a pooler that no computation here uses, so that saving does not lose it.</param>
    /// <exception cref="InvalidDataException">There is no safetensors file, or its tensors are not those of config.json.</exception>
    public static ParameterSet Load(string directory, EncoderConfiguration configuration, IReadOnlyList<ParameterSpec> head, long seed, bool keepPooler)
    {
        string path = Path.Combine(directory, FileName);
        var file = SafeTensorsFile.Read(path);
        var parameters = new ParameterSet();
        try
        {
            var byName = file.ToDictionary(t => Canonical(t.Key, configuration.Layout), t => t.Value, StringComparer.Ordinal);
            using var generator = new Generator((ulong)seed, CPU);
            foreach (var spec in Specs(configuration).Concat(head))
            {
                parameters.Add(spec.Name, Take(spec, byName, configuration, generator, path));
            }

            foreach (string suffix in keepPooler ? [".weight", ".bias"] : Array.Empty<string>())
            {
                if (byName.Remove(EncoderNames.Pooler + suffix, out var pooler) && !parameters.Contains(EncoderNames.Pooler + suffix))
                {
                    parameters.Add(EncoderNames.Pooler + suffix, pooler.alias());
                }
            }

            return parameters;
        }
        catch
        {
            parameters.Dispose();
            throw;
        }
        finally
        {
            foreach (var (_, tensor) in file)
            {
                tensor.Dispose();
            }
        }
    }

    /// <summary>The names that Python gives the parameters of a classifier; a bare encoder's are already right.</summary>
    public static IEnumerable<KeyValuePair<string, Tensor>> ClassifierNames(ParameterSet parameters, EncoderLayout layout) =>
        parameters.All.Select(p => new KeyValuePair<string, Tensor>(IsHead(p.Key, layout.Head) ? p.Key : layout.Prefix + p.Key, p.Value));

    private static bool IsHead(string name, ClassificationHeadLayout head) =>
        name.StartsWith(head.Output + ".", StringComparison.Ordinal) || (!head.DenseIsEncoders && name.StartsWith(head.Dense + ".", StringComparison.Ordinal));

    private static IEnumerable<ParameterSpec> Specs(EncoderConfiguration c)
    {
        long hidden = c.HiddenSize;
        yield return new(EncoderNames.WordEmbeddings, ParameterStart.Normal, c.VocabularySize, hidden);
        yield return new(EncoderNames.PositionEmbeddings, ParameterStart.Normal, c.MaxPositions, hidden);
        if (c.Layout.HasTokenTypes)
        {
            yield return new(EncoderNames.TokenTypeEmbeddings, ParameterStart.Normal, c.TokenTypeCount, hidden);
        }

        if (c.Layout.HasRelativeBias)
        {
            yield return new(EncoderNames.RelativeBias, ParameterStart.Normal, c.RelativeBuckets, c.HeadCount);
        }

        foreach (var spec in Norm(EncoderNames.EmbeddingNorm))
        {
            yield return spec;
        }

        for (int i = 0; i < c.LayerCount; i++)
        {
            string prefix = $"{c.Layout.LayerPrefix}{i}.";
            var layer = Dense(prefix + c.Layout.Query, hidden, hidden)
                .Concat(Dense(prefix + c.Layout.Key, hidden, hidden))
                .Concat(Dense(prefix + c.Layout.Value, hidden, hidden))
                .Concat(Dense(prefix + c.Layout.AttentionOutput, hidden, hidden))
                .Concat(Norm(prefix + c.Layout.AttentionNorm))
                .Concat(Dense(prefix + c.Layout.Intermediate, c.IntermediateSize, hidden))
                .Concat(Dense(prefix + c.Layout.Output, hidden, c.IntermediateSize))
                .Concat(Norm(prefix + c.Layout.OutputNorm));
            foreach (var spec in layer)
            {
                yield return spec;
            }
        }

        IEnumerable<ParameterSpec> Norm(string name) =>
            [new(name + ".weight", ParameterStart.One, hidden), new(name + ".bias", ParameterStart.Zero, hidden)];
    }

    public static IEnumerable<ParameterSpec> Dense(string name, long outputs, long inputs) =>
        [new(name + ".weight", ParameterStart.Normal, outputs, inputs), new(name + ".bias", ParameterStart.Zero, outputs)];

    private static Tensor Take(ParameterSpec spec, Dictionary<string, Tensor> file, EncoderConfiguration configuration, Generator generator, string path)
    {
        if (file.Remove(spec.Name, out var tensor))
        {
            return tensor.shape.SequenceEqual(spec.Shape)
                ? tensor.alias()
                : throw new InvalidDataException(
                    $"'{path}', tensor {spec.Name}: shape [{string.Join(", ", spec.Shape)}] was expected, [{string.Join(", ", tensor.shape)}] found. " +
                    (spec.MayBeMissing ? "Train with the label count that the model already has, or start from the bare encoder." : "config.json and the weights are of different models."));
        }

        if (!spec.MayBeMissing)
        {
            throw new InvalidDataException($"'{path}' has no tensor {spec.Name} that config.json asks for. The two are of different models, or the file is incomplete.");
        }

        return spec.Start switch
        {
            ParameterStart.Normal => randn(spec.Shape, generator: generator).mul_(configuration.InitializerRange),
            ParameterStart.One => ones(spec.Shape),
            _ => zeros(spec.Shape),
        };
    }

    /// <summary>The name without the classifier's prefix and with today's names of layer norm parameters.</summary>
    private static string Canonical(string name, EncoderLayout layout)
    {
        if (name.StartsWith(layout.Prefix, StringComparison.Ordinal))
        {
            name = name[layout.Prefix.Length..];
        }

        return name.EndsWith("LayerNorm.gamma", StringComparison.Ordinal) ? name[..^"gamma".Length] + "weight"
            : name.EndsWith("LayerNorm.beta", StringComparison.Ordinal) ? name[..^"beta".Length] + "bias"
            : name;
    }
}
