using LocalRag.Connectors.SentenceTransformers.Tokenization;
using LocalRag.Testing;

namespace LocalRag.Connectors.SentenceTransformers.Tests.Tokenization;

/// <summary>Damaged and unsupported tokenizer files, one per fault: each is refused with file, key, value found and values supported.</summary>
public class TokenizerFaultTests
{
    [Theory]
    [InlineData("unknown-normalizer", "normalizer.type", "Cyrillic", "BertNormalizer")]
    [InlineData("unknown-nested-normalizer", "normalizer.normalizers[1].type", "Reverse", "StripAccents")]
    [InlineData("unknown-pre-tokenizer", "pre_tokenizer.type", "UnicodeScripts", "Metaspace")]
    [InlineData("unknown-post-processor", "post_processor.type", "Bracket", "TemplateProcessing")]
    [InlineData("unknown-decoder", "decoder.type", "Morse", "ByteFallback")]
    [InlineData("unknown-model", "model.type", "Markov", "Unigram")]
    [InlineData("unknown-version", "version", "2.0", "1.0")]
    [InlineData("missing-model", "model", "missing")]
    [InlineData("missing-vocabulary", "model.vocab", "missing")]
    [InlineData("missing-normalizer-type", "normalizer.type", "missing")]
    [InlineData("missing-added-token-flag", "added_tokens[0].single_word", "missing")]
    [InlineData("vocabulary-of-strings", "model.vocab.[UNK]", "\"1\"", "whole number")]
    [InlineData("vocabulary-is-an-array", "model.vocab", "object")]
    [InlineData("negative-id", "model.vocab.[UNK]", "-1", "not negative")]
    [InlineData("huge-id", "model.vocab.[UNK]", "99999999999", "whole number")]
    [InlineData("unknown-token-not-in-vocabulary", "model.unk_token", "<none>", "vocabulary")]
    [InlineData("flag-is-text", "normalizer.clean_text", "yes", "true or false")]
    [InlineData("bad-regular-expression", "pre_tokenizer.pattern.Regex", "(a")]
    [InlineData("regular-expression-with-script", "pre_tokenizer.pattern.Regex", "Han")]
    [InlineData("regular-expression-with-back-reference", "pre_tokenizer.pattern.Regex", "\\\\1")]
    [InlineData("deeply-nested-regular-expression", "pre_tokenizer.pattern.Regex", "nested")]
    [InlineData("unknown-split-behavior", "pre_tokenizer.behavior", "Doubled", "Contiguous")]
    [InlineData("unknown-prepend-scheme", "pre_tokenizer.prepend_scheme", "sometimes", "always")]
    [InlineData("long-metaspace-replacement", "pre_tokenizer.replacement", "__", "one character")]
    [InlineData("charsmap-is-not-base64", "normalizer.precompiled_charsmap", "***", "base64")]
    [InlineData("charsmap-with-lying-size", "normalizer.precompiled_charsmap", "4294967295")]
    [InlineData("template-without-special-token", "post_processor.special_tokens.[CLS]", "missing")]
    [InlineData("template-with-third-text", "post_processor.single[0].Sequence.id", "\"C\"", "A")]
    [InlineData("two-post-processors-that-add", "post_processor.processors", "at most one")]
    [InlineData("merge-of-missing-token", "model.merges", "ab", "vocabulary")]
    [InlineData("merge-of-one-part", "model.merges[0]", "two tokens")]
    [InlineData("dropout", "model.dropout", "0.1", "random")]
    [InlineData("unigram-entry-without-score", "model.vocab[0]", "score")]
    [InlineData("unigram-score-is-text", "model.vocab[0][1]", "low", "a number")]
    [InlineData("unigram-unknown-out-of-range", "model.unk_id", "7", "size")]
    [InlineData("cut-short", "not valid JSON", "cut short")]
    [InlineData("empty", "not valid JSON")]
    [InlineData("root-is-an-array", "the file", "[1]", "an object")]
    [InlineData("half-surrogate", "model.vocab", "surrogate")]
    [InlineData("too-deep", "not valid JSON", "depth")]
    public void A_faulty_file_is_refused_by_name(string fault, params string[] parts)
    {
        using var directory = new TemporaryDirectory();
        var file = Path.Combine(directory.Path, "tokenizer.json");
        File.Copy(FaultFile(fault), file);
        var error = Assert.Throws<InvalidDataException>(() => TextTokenizer.Load(directory.Path));
        Assert.Contains(file, error.Message, StringComparison.Ordinal);
        Assert.All(parts, part => Assert.Contains(part, error.Message, StringComparison.Ordinal));
    }

    [Fact]
    public void Every_fault_file_is_tested()
    {
        var tested = typeof(TokenizerFaultTests).GetMethod(nameof(A_faulty_file_is_refused_by_name))!
            .GetCustomAttributesData().Where(a => a.AttributeType == typeof(InlineDataAttribute))
            .Select(a => (string)((IReadOnlyList<System.Reflection.CustomAttributeTypedArgument>)a.ConstructorArguments[0].Value!)[0].Value!);
        Assert.Equal(Directory.GetFiles(FaultFile(""), "*.json").Select(Path.GetFileNameWithoutExtension).Order(), tested.Order());
    }

    [Fact]
    public void A_directory_without_a_tokenizer_says_what_was_looked_for()
    {
        using var directory = new TemporaryDirectory();
        var error = Assert.Throws<FileNotFoundException>(() => TextTokenizer.Load(directory.Path));
        Assert.Contains("tokenizer.json", error.Message, StringComparison.Ordinal);
        Assert.Contains("vocab.txt", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{\"padding_side\": \"top\"}", "padding_side", "top", "left, right")]
    [InlineData("{\"model_max_length\": \"long\"}", "model_max_length", "long", "a number")]
    [InlineData("{\"pad_token\": 0}", "pad_token", "0", "a string")]
    [InlineData("{\"do_lower_case\": \"no\"}", "do_lower_case", "no", "true or false")]
    public void A_faulty_configuration_is_refused_by_name(string json, params string[] parts)
    {
        using var directory = new TemporaryDirectory();
        File.WriteAllText(Path.Combine(directory.Path, "tokenizer_config.json"), json);
        File.WriteAllLines(Path.Combine(directory.Path, "vocab.txt"), ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]);
        var error = Assert.Throws<InvalidDataException>(() => TextTokenizer.Load(directory.Path));
        Assert.Contains("tokenizer_config.json", error.Message, StringComparison.Ordinal);
        Assert.All(parts, part => Assert.Contains(part, error.Message, StringComparison.Ordinal));
    }

    [Fact]
    public void A_vocabulary_without_special_tokens_is_refused()
    {
        using var directory = new TemporaryDirectory();
        File.WriteAllLines(Path.Combine(directory.Path, "vocab.txt"), ["[UNK]", "word"]);
        Assert.Contains("[CLS]", Assert.Throws<InvalidDataException>(() => TextTokenizer.Load(directory.Path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_pattern_that_backtracks_without_bound_is_stopped()
    {
        var pattern = new RegexPattern("(?:a|aa)+b");
        var text = new string('a', 60);
        Assert.Contains("backtracks", Assert.Throws<InvalidOperationException>(() => Find()).Message, StringComparison.Ordinal);

        bool Find()
        {
            var cursor = new PatternCursor(text.Length);
            return pattern.Find(text, ref cursor, out _, out _);
        }
    }

    private static string FaultFile(string fault) =>
        Path.Combine(AppContext.BaseDirectory, "Tokenization", "Faults", fault.Length == 0 ? "" : fault + ".json");
}
