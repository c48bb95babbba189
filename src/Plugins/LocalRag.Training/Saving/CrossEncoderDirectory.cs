using System.Text.Json.Nodes;
using LocalRag.Connectors.SentenceTransformers;
using LocalRag.Connectors.SentenceTransformers.ModelDirectory;
using LocalRag.Connectors.SentenceTransformers.Scoring;
using LocalRag.Training.Encoder;
using LocalRag.Training.Export;
using LocalRag.Training.Fitting;

namespace LocalRag.Training.Saving;

/// <summary>Writes the complete directory of a trained cross-encoder, as Python and the inference connector read it.</summary>
internal sealed class CrossEncoderDirectory(Trainee<CrossEncoderNetwork> trainee)
{
    private readonly ModelManifest _source = trainee.Source;
    private readonly CrossEncoderNetwork _network = trainee.Network;

    /// <summary>What turns logits into scores; the label count may be new, and with it the default.</summary>
    public ActivationFunction Activation => _source.Activation ?? (_network.LabelCount == 1 ? ActivationFunction.Sigmoid : ActivationFunction.Identity);

    public void Write(string path, FitOptions options, FitReport report) => AtomicDirectory.Write(path, directory =>
    {
        ModelFiles.CopyTokenizer(_source.Directory, directory);
        LimitTokenizer(directory);
        ModelFiles.WriteJson(directory, "config.json", Configuration());
        ModelFiles.WriteJson(directory, "config_sentence_transformers.json", new JsonObject
        {
            ["__version__"] = new JsonObject { ["sentence_transformers"] = "5.4.0" },
            ["model_type"] = "CrossEncoder",
            ["activation_fn"] = Activations.ToTorchPath(Activation),
            ["prompts"] = new JsonObject(_source.Prompts.Select(p => KeyValuePair.Create(p.Key, (JsonNode?)p.Value))),
            ["default_prompt_name"] = _source.DefaultPromptName,
        });
        ModelFiles.WriteJson(directory, "modules.json", new JsonArray(new JsonObject
        {
            ["idx"] = 0,
            ["name"] = "0",
            ["path"] = "",
            ["type"] = "sentence_transformers.base.modules.transformer.Transformer",
        }));
        ModelFiles.WriteJson(directory, "sentence_bert_config.json", new JsonObject
        {
            ["transformer_task"] = "sequence-classification",
            ["modality_config"] = new JsonObject { ["text"] = new JsonObject { ["method"] = "forward", ["method_output_name"] = "logits" } },
            ["module_output_name"] = "scores",
        });
        ModelFiles.WriteWeights(directory, EncoderWeights.FileName, EncoderWeights.ClassifierNames(_network.Parameters, _network.Configuration.Layout));
        ModelFiles.WriteGraphs(directory, int8 => EncoderGraph.Classifier(_network, trainee.Collator.FeedsTokenTypes, int8));
        ModelCard.Write(directory, new(
            path, "cross-encoder", "text-ranking", _network.Configuration.Layout.Name, _source.ModelId, trainee.Loss.Name, trainee.Collator.MaxTokens), options, report);
    });

    /// <summary>The longest input lives in the tokenizer's configuration, where every version of the Python library looks.</summary>
    private void LimitTokenizer(string directory)
    {
        string path = Path.Combine(directory, "tokenizer_config.json");
        var json = File.Exists(path) ? JsonNode.Parse(File.ReadAllBytes(path)) as JsonObject ?? [] : [];
        json["model_max_length"] = trainee.Collator.MaxTokens;
        ModelFiles.WriteJson(directory, "tokenizer_config.json", json);
    }

    private JsonObject Configuration()
    {
        var json = ModelFiles.Configuration(_network.Configuration, "ForSequenceClassification");
        if (json["id2label"] is not JsonObject labels || labels.Count != _network.LabelCount)
        {
            json["id2label"] = new JsonObject(Enumerable.Range(0, _network.LabelCount).Select(i => KeyValuePair.Create($"{i}", (JsonNode?)$"LABEL_{i}")));
            json["label2id"] = new JsonObject(Enumerable.Range(0, _network.LabelCount).Select(i => KeyValuePair.Create($"LABEL_{i}", (JsonNode?)i)));
        }

        var section = json["sentence_transformers"] as JsonObject ?? [];
        section["activation_fn"] = Activations.ToTorchPath(Activation);
        json["sentence_transformers"] = section.DeepClone();
        return json;
    }
}
