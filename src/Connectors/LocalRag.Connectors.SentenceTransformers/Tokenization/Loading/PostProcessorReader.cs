namespace LocalRag.Connectors.SentenceTransformers.Tokenization;

/// <summary>Reads the key <c>post_processor</c> of tokenizer.json as two templates.</summary>
internal static class PostProcessorReader
{
    private static readonly Template PlainSingle = new(new TemplatePart(null, 0, 0));
    private static readonly Template PlainPair = new(new TemplatePart(null, 0, 0), new TemplatePart(null, 1, 1));

    public static (Template Single, Template Pair) Read(JsonValue root) =>
        root.TryGet("post_processor", out var value) && ReadOne(value) is { } templates ? templates : (PlainSingle, PlainPair);

    /// <summary>The templates of a processor, or null for one that only moves offsets.</summary>
    private static (Template Single, Template Pair)? ReadOne(JsonValue value)
    {
        switch (value["type"].Text())
        {
            case "ByteLevel":
                return null;
            case "BertProcessing":
                return ReadClsSep(value, doubleSeparator: false, pairTypeId: 1);
            case "RobertaProcessing":
                return ReadClsSep(value, doubleSeparator: true, pairTypeId: 0);
            case "TemplateProcessing":
                return (ReadTemplate(value, "single"), ReadTemplate(value, "pair"));
            case "Sequence":
                var acting = value["processors"].Items().Select(ReadOne).Where(t => t is not null).ToArray();
                return acting.Length <= 1 ? acting.FirstOrDefault() : throw value["processors"].Unsupported("a sequence in which at most one processor adds tokens");
            default:
                throw value["type"].Unsupported("BertProcessing, ByteLevel, RobertaProcessing, Sequence, TemplateProcessing");
        }
    }

    private static (Template Single, Template Pair) ReadClsSep(JsonValue value, bool doubleSeparator, int pairTypeId)
    {
        var (cls, sep) = (ReadTokenId(value["cls"]), ReadTokenId(value["sep"]));
        TemplatePart[] single = [new([cls], 0, 0), new(null, 0, 0), new([sep], 0, 0)];
        TemplatePart[] second = [new(null, 1, pairTypeId), new([sep], 0, pairTypeId)];
        return (new(single), new([.. single, .. doubleSeparator ? [new([sep], 0, 0)] : Array.Empty<TemplatePart>(), .. second]));
    }

    private static int ReadTokenId(JsonValue value)
    {
        var pair = value.Items().ToArray();
        return pair.Length == 2 ? pair[1].Id() : throw value.Unsupported("an array of a token and its id");
    }

    private static Template ReadTemplate(JsonValue processor, string key)
    {
        var parts = new List<TemplatePart>();
        foreach (var piece in processor[key].Items())
        {
            if (piece.TryGet("Sequence", out var sequence))
            {
                var index = sequence["id"].Text() switch
                {
                    "A" => 0,
                    "B" when key == "pair" => 1,
                    _ => throw sequence["id"].Unsupported(key == "pair" ? "A, B" : "A"),
                };
                parts.Add(new(null, index, sequence["type_id"].Id()));
            }
            else if (piece.TryGet("SpecialToken", out var special))
            {
                var name = special["id"].Text();
                parts.Add(new([.. processor["special_tokens"][name]["ids"].Items().Select(i => i.Id())], 0, special["type_id"].Id()));
            }
            else
            {
                throw piece.Unsupported("an object with the key \"Sequence\" or \"SpecialToken\"");
            }
        }

        return new([.. parts]);
    }
}
