using System.CommandLine;
using System.Text.Json;
using LocalRag.Cli.Lines;
using LocalRag.Cli.Models;
using LocalRag.Connectors.SentenceTransformers;
using LocalRag.Connectors.SentenceTransformers.Tokenization;

namespace LocalRag.Cli.Commands;

/// <summary><c>localrag tokenize MODEL</c>: texts to token ids.</summary>
internal static class TokenizeCommand
{
    public static Command Create(ToolStreams streams)
    {
        var model = ModelArgument.Create();
        var command = new Command(
            "tokenize",
            "Turns texts into token ids. Reads {\"text\", \"pair\"?, \"max_length\"?, \"strategy\"?} lines (strategy: longest_first, only_first, only_second), writes {\"ids\", \"type_ids\"} lines. Without max_length nothing is truncated.")
        { model };
        command.SetAction((parsed, cancellationToken) => Tool.GuardAsync(streams, async () =>
        {
            var directory = await ModelDirectories.FindAsync(parsed.GetValue(model)!, cancellationToken).ConfigureAwait(false);
            var tokenizer = TextTokenizer.Load(directory);
            return await LineCommand.RunAsync(
                streams,
                line => Encode(tokenizer, line),
                (encodings, _) => encodings,
                Write,
                cancellationToken).ConfigureAwait(false);
        }));
        return command;
    }

    private static TextEncoding Encode(TextTokenizer tokenizer, JsonLine line)
    {
        var text = line.Text("text");
        var maxLength = line.OptionalInteger("max_length");
        var strategy = line.OptionalText("strategy") switch
        {
            null or "longest_first" => TruncationStrategy.LongestFirst,
            "only_first" => TruncationStrategy.OnlyFirst,
            "only_second" => TruncationStrategy.OnlySecond,
            var other => throw new BadLineException($"\"strategy\" must be longest_first, only_first or only_second, but is \"{other}\""),
        };
        try
        {
            return line.OptionalText("pair") is { } pair ? tokenizer.EncodePair(text, pair, maxLength, strategy) : tokenizer.Encode(text, maxLength);
        }
        catch (ArgumentException error)
        {
            // A length that the special tokens alone exceed, or a strategy that cannot reach it.
            throw new BadLineException(error.Message);
        }
    }

    private static void Write(Utf8JsonWriter json, TextEncoding encoding)
    {
        json.WriteStartObject();
        json.WriteStartArray("ids");
        foreach (var id in encoding.Ids.Span)
        {
            json.WriteNumberValue(id);
        }

        json.WriteEndArray();
        json.WriteStartArray("type_ids");
        for (var i = 0; i < encoding.Ids.Length; i++)
        {
            json.WriteNumberValue(encoding.HasTypeIds ? encoding.TypeIds.Span[i] : 0);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }
}
