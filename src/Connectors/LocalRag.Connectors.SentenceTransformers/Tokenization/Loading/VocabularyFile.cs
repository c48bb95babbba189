namespace LocalRag.Connectors.SentenceTransformers.Tokenization;

/// <summary>Makes BERT's tokenizer from a bare vocab.txt: a token per line, its id the number of the line.</summary>
internal static class VocabularyFile
{
    public static TokenizerDefinition Read(string file, TokenizerSettings settings)
    {
        var lines = File.ReadAllLines(file);
        var vocabulary = new Vocabulary(lines.Select((line, index) => KeyValuePair.Create(line.TrimEnd(), index)), lines.Length);
        var cls = IdOf(settings.ClassToken ?? "[CLS]");
        var sep = IdOf(settings.SeparatorToken ?? "[SEP]");
        var unknown = IdOf(settings.UnknownToken ?? "[UNK]");
        TemplatePart[] single = [new([cls], 0, 0), new(null, 0, 0), new([sep], 0, 0)];
        var specials = new[] { settings.PadToken ?? "[PAD]", settings.UnknownToken ?? "[UNK]", settings.ClassToken ?? "[CLS]", settings.SeparatorToken ?? "[SEP]", settings.MaskToken ?? "[MASK]" };
        return new()
        {
            Model = new WordPieceModel(vocabulary, unknown, "##", maxCodePoints: 100),
            Added = new(
                specials.Where(s => vocabulary.TryGetId(s, out _)).Select(s => new AddedToken(IdOf(s), s, false, false, false, Normalized: false, Special: true)), null),
            Normalizer = new BertNormalizer(cleanText: true, settings.SpaceIdeographs ?? true, settings.StripAccents, settings.Lowercase ?? true),
            PreTokenizer = new BertPreTokenizer(),
            Decoder = new WordPieceDecoder("##", cleanup: true),
            Single = new(single),
            Pair = new([.. single, new(null, 1, 1), new([sep], 0, 1)]),
            PadToken = "[PAD]",
        };

        int IdOf(string token) => vocabulary.TryGetId(token, out var id)
            ? id
            : throw new InvalidDataException($"'{file}' has no line \"{token}\"; a vocabulary of BERT's needs it.");
    }
}
