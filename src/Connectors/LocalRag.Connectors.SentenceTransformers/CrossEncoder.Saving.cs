using LocalRag.Connectors.SentenceTransformers.Saving;
using LocalRag.Connectors.SentenceTransformers.Scoring;

namespace LocalRag.Connectors.SentenceTransformers;

public sealed partial class CrossEncoder
{
    /// <summary>Writes the model as a directory that loads again, here and in Python, with activation, prompts, length and dropout as they are now.</summary>
    /// <param name="directory">Where to; made where it does not exist, and existing files of the same names are replaced.</param>
    /// <exception cref="ArgumentException"><paramref name="directory"/> is empty, or the directory that the model was loaded from.</exception>
    public void Save(string directory)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(directory);
        ObjectDisposedException.ThrowIf(_disposed, this);
        ModelSaver.CopyFiles(_manifest.Directory, directory, _graph.FilePath);
        ModelSaver.Update(Path.Combine(directory, "config_sentence_transformers.json"), json =>
        {
            json["model_type"] = "CrossEncoder";
            json["activation_fn"] = Activations.ToTorchPath(Activation);
            json["prompts"] = ModelSaver.ToJson(_prompts.All);
            json["default_prompt_name"] = _prompts.DefaultName;
        });
        if (_options.MaxTokens is { } length)
            ModelSaver.Update(Path.Combine(directory, "sentence_bert_config.json"), json => json["max_seq_length"] = length);
        if (_options.ClassifierDropout is { } dropout)
            ModelSaver.Update(Path.Combine(directory, "config.json"), json => json["classifier_dropout"] = dropout);
    }

    /// <summary>The same as <see cref="Save"/>, under Python's other name.</summary>
    /// <inheritdoc cref="Save"/>
    public void SavePretrained(string directory) => Save(directory);
}
