using System.CommandLine;
using LocalRag.Cli.Lines;
using LocalRag.Cli.Models;
using LocalRag.Connectors.SentenceTransformers.Hub;
using LocalRag.Connectors.SentenceTransformers.Tokenization;

namespace LocalRag.Cli.Commands;

/// <summary><c>localrag tokenize MODEL</c>: texts or pairs to token ids.</summary>
internal static class TokenizeCommand
{
    public static Command Create(ToolStreams streams)
    {
        var model = ModelArgument.Create();
        var command = new Command("tokenize", "Turns texts into token ids. Reads {\"text\", \"pair\"?, \"max_length\"?, \"strategy\"?: \"longest_first\"|\"only_first\"|\"only_second\"} lines, writes {\"ids\": […], \"type_ids\": […]} lines. Without max_length nothing is truncated. A directory with only tokenizer.json or vocab.txt will do.") { model };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var directory = await ModelArgument.ResolveAsync(parsed.GetRequiredValue(model), ModelKind.BiEncoder, file: null, streams, cancellationToken).ConfigureAwait(false);
            var tokenizer = TextTokenizer.Load(directory);
            return await LineCommand.RunAsync(
                streams,
                line => Encode(tokenizer, line),
                (encodings, _) => encodings,
                (json, encoding) =>
                {
                    json.WriteStartObject();
                    json.WriteIntegers("ids", encoding.Ids.Span);
                    json.WriteIntegers("type_ids", encoding.HasTypeIds ? encoding.TypeIds.Span : new int[encoding.Ids.Length]);
                    json.WriteEndObject();
                },
                cancellationToken).ConfigureAwait(false);
        });
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
            var other => throw new BadLineException($"\"strategy\" is \"{other}\"; expected longest_first, only_first or only_second"),
        };
        if (line.OptionalText("pair") is { } pair)
            return tokenizer.EncodePair(text, pair, maxLength, strategy);
        if (strategy == TruncationStrategy.OnlySecond && maxLength is not null)
            throw new BadLineException("\"strategy\" is \"only_second\", but there is no \"pair\" that could be truncated");
        return tokenizer.Encode(text, maxLength);
    }
}
