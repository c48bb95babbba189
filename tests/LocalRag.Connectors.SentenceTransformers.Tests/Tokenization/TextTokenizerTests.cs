using System.Text;
using CsCheck;
using LocalRag.Connectors.SentenceTransformers.Tokenization;
using LocalRag.Testing;

namespace LocalRag.Connectors.SentenceTransformers.Tests.Tokenization;

public class TextTokenizerTests
{
    private static readonly Lazy<TextTokenizer> Bert = new(() => TextTokenizer.Load(TestFiles.Golden("tokenizer")));

    public static TheoryData<string> Families => ["bert-uncased", "bert-cased", "roberta", "modernbert", "qwen", "xlm-roberta", "gemma"];

    [Fact]
    public void Null_is_refused_by_parameter_name()
    {
        Assert.Equal("text", Assert.Throws<ArgumentNullException>(() => Bert.Value.Encode(null!)).ParamName);
        Assert.Equal("first", Assert.Throws<ArgumentNullException>(() => Bert.Value.EncodePair(null!, "b")).ParamName);
        Assert.Equal("second", Assert.Throws<ArgumentNullException>(() => Bert.Value.EncodePair("a", null!)).ParamName);
        Assert.Equal("text", Assert.Throws<ArgumentNullException>(() => Bert.Value.CountTokens(null!)).ParamName);
        Assert.Equal("token", Assert.Throws<ArgumentNullException>(() => Bert.Value.TokenToId(null!)).ParamName);
        Assert.Throws<ArgumentNullException>(() => TextTokenizer.Load(null!));
    }

    [Fact]
    public void Empty_text_is_special_tokens_alone()
    {
        Assert.Equal([101, 102], Bert.Value.Encode("").Ids.ToArray());
        Assert.Equal([101, 102, 102], Bert.Value.EncodePair("", "").Ids.ToArray());
        Assert.Empty(Bert.Value.Encode("", addSpecialTokens: false).Ids.ToArray());
        Assert.Equal(0, Bert.Value.CountTokens("", addSpecialTokens: false));
    }

    [Fact]
    public void Truncation_is_reported()
    {
        Assert.False(Bert.Value.Encode("one two three", 5).Truncated);
        var cut = Bert.Value.Encode("one two three", 4);
        Assert.True(cut.Truncated);
        Assert.Equal([101, 2028, 2048, 102], cut.Ids.ToArray());
        Assert.False(Bert.Value.EncodePair("one", "two three", 6).Truncated);
        Assert.True(Bert.Value.EncodePair("one", "two three", 5).Truncated);
    }

    [Fact]
    public void A_length_below_the_special_tokens_is_refused()
    {
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => Bert.Value.Encode("one", 1));
        Assert.Equal("maxTokens", error.ParamName);
        Assert.Contains("2", error.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => Bert.Value.EncodePair("one", "two", 2));
        Assert.Equal([101, 102], Bert.Value.Encode("one", 2).Ids.ToArray());
    }

    [Fact]
    public void A_strategy_that_cannot_reach_the_length_is_refused()
    {
        var error = Assert.Throws<ArgumentException>(() => Bert.Value.EncodePair("one two three four", "five", 6, TruncationStrategy.OnlySecond));
        Assert.Contains("LongestFirst", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Settings_come_from_the_configuration_files()
    {
        Assert.Equal(0, Bert.Value.PadTokenId);
        Assert.Equal(2, Bert.Value.SpecialTokenCount(pair: false));
        Assert.Equal(3, Bert.Value.SpecialTokenCount(pair: true));
        Assert.Equal(30522, Bert.Value.VocabularySize);
        Assert.Equal("hello", Bert.Value.IdToToken(7592));
        Assert.Equal(7592, Bert.Value.TokenToId("hello"));
        Assert.Null(Bert.Value.TokenToId("no such token"));
        Assert.Null(Bert.Value.IdToToken(-1));

        var qwen = TextTokenizer.Load(TestFiles.Golden("models", "qwen3-lasttoken-normalize"));
        Assert.True(qwen.PadLeft);
        Assert.Equal(qwen.TokenToId("<|pad|>"), qwen.PadTokenId);
    }

    [Theory]
    [InlineData("1e30", null)]
    [InlineData("1000000000000000019884624838656", null)]
    [InlineData("512", 512)]
    [InlineData("null", null)]
    public void An_absurd_model_max_length_is_none(string json, int? expected)
    {
        using var directory = new TemporaryDirectory();
        File.Copy(TestFiles.Golden("tokenizers", "bert-uncased", "tokenizer.json"), Path.Combine(directory.Path, "tokenizer.json"));
        File.WriteAllText(Path.Combine(directory.Path, "tokenizer_config.json"), $"{{\"model_max_length\": {json}}}");
        Assert.Equal(expected, TextTokenizer.Load(directory.Path).ModelMaxLength);
    }

    [Fact]
    public void Truncation_and_padding_baked_into_the_file_are_ignored()
    {
        var text = string.Join(' ', Enumerable.Repeat("word", 300));
        Assert.Equal(302, Bert.Value.Encode(text).Ids.Length);
        Assert.Equal(3, Bert.Value.Encode("word").Ids.Length);
    }

    [Fact]
    public void Truncation_side_left_keeps_the_end()
    {
        using var directory = new TemporaryDirectory();
        File.Copy(TestFiles.Golden("tokenizer", "tokenizer.json"), Path.Combine(directory.Path, "tokenizer.json"));
        File.WriteAllText(Path.Combine(directory.Path, "tokenizer_config.json"), """{"truncation_side": "left"}""");
        var tokenizer = TextTokenizer.Load(directory.Path);
        Assert.True(tokenizer.TruncateLeft);
        Assert.Equal([101, 2048, 2093, 102], tokenizer.Encode("one two three", 4).Ids.ToArray());
    }

    [Fact]
    public void The_last_of_two_equal_lines_of_a_vocabulary_wins()
    {
        using var directory = new TemporaryDirectory();
        File.WriteAllLines(Path.Combine(directory.Path, "vocab.txt"), ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "word", "other", "word"]);
        Assert.Equal([2, 7, 3], TextTokenizer.Load(directory.Path).Encode("word").Ids.ToArray());
    }

    [Fact]
    public void A_vocabulary_alone_takes_casing_from_the_configuration()
    {
        using var directory = new TemporaryDirectory();
        File.WriteAllLines(Path.Combine(directory.Path, "vocab.txt"), ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "Word", "word"]);
        Assert.Equal([2, 6, 3], TextTokenizer.Load(directory.Path).Encode("Word").Ids.ToArray());
        File.WriteAllText(Path.Combine(directory.Path, "tokenizer_config.json"), """{"do_lower_case": false}""");
        Assert.Equal([2, 5, 3], TextTokenizer.Load(directory.Path).Encode("Word").Ids.ToArray());
    }

    [Theory]
    [InlineData("BertTokenizerFast", false, "Word")]
    [InlineData("BertTokenizerFast", true, "word")]
    [InlineData("PreTrainedTokenizerFast", false, "word")]
    public void The_class_for_bert_takes_casing_from_its_own_options(string tokenizerClass, bool lowercase, string token)
    {
        using var directory = new TemporaryDirectory();
        File.WriteAllText(Path.Combine(directory.Path, "tokenizer.json"), """
            {"normalizer": {"type": "BertNormalizer", "lowercase": true}, "pre_tokenizer": {"type": "BertPreTokenizer"},
             "model": {"type": "WordPiece", "unk_token": "[UNK]", "vocab": {"[UNK]": 0, "Word": 1, "word": 2}}}
            """);
        File.WriteAllText(Path.Combine(directory.Path, "tokenizer_config.json"),
            $"{{\"tokenizer_class\": \"{tokenizerClass}\", \"do_lower_case\": {(lowercase ? "true" : "false")}}}");
        var tokenizer = TextTokenizer.Load(directory.Path);
        Assert.Equal([tokenizer.TokenToId(token)!.Value], tokenizer.Encode("Word").Ids.ToArray());
    }

    [Fact]
    public void A_missing_unknown_token_matters_only_when_it_is_needed()
    {
        using var directory = new TemporaryDirectory();
        File.WriteAllText(Path.Combine(directory.Path, "tokenizer.json"), """{"model": {"type": "BPE", "unk_token": "<unk>", "vocab": {"a": 0, "b": 1, "ab": 2}, "merges": ["a b"]}}""");
        var tokenizer = TextTokenizer.Load(directory.Path);
        Assert.Equal([2, 0], tokenizer.Encode("aba").Ids.ToArray());
        Assert.Contains("unk_token", Assert.Throws<InvalidOperationException>(() => tokenizer.Encode("abc")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Models_of_old_files_are_known_by_their_keys()
    {
        using var directory = new TemporaryDirectory();
        File.WriteAllText(Path.Combine(directory.Path, "tokenizer.json"), """{"model": {"dropout": null, "vocab": {"a": 0, "b": 1, "ab": 2}, "merges": ["a b"]}}""");
        Assert.Equal([2], TextTokenizer.Load(directory.Path).Encode("ab").Ids.ToArray());
        File.WriteAllText(Path.Combine(directory.Path, "tokenizer.json"), """{"model": {"unk_id": 0, "vocab": [["<unk>", 0], ["a", -1], ["ab", -1.5]]}}""");
        Assert.Equal([2, 0], TextTokenizer.Load(directory.Path).Encode("abx").Ids.ToArray());
    }

    [Fact]
    public void Byte_tokens_of_one_character_share_its_range()
    {
        var gemma = TextTokenizer.Load(TestFiles.Golden("tokenizers", "gemma"));
        Assert.All(gemma.EncodeRanges("\U0001D573"), range => Assert.Equal((0, 2), (range.Start, range.End)));
    }

    [Theory]
    [MemberData(nameof(Families))]
    public void A_lone_surrogate_counts_as_the_replacement_character(string family)
    {
        var tokenizer = TextTokenizer.Load(TestFiles.Golden("tokenizers", family));
        foreach (var (text, same) in new[] { ("a\uD800b", "a\uFFFDb"), ("\uDC00", "\uFFFD"), ("x\uD83D", "x\uFFFD"), ("\uDE00\uD83D\uDE00\uD83D", "\uFFFD\uD83D\uDE00\uFFFD") })
            Assert.Equal(tokenizer.Encode(same).Ids.ToArray(), tokenizer.Encode(text).Ids.ToArray());
    }

    [Theory]
    [MemberData(nameof(Families))]
    public void Any_text_is_tokenized_the_same_by_every_method(string family)
    {
        var tokenizer = TextTokenizer.Load(TestFiles.Golden("tokenizers", family));
        Gen.Char.Array[0, 60].Select(chars => new string(chars)).Sample(text =>
        {
            var ids = tokenizer.Encode(text, addSpecialTokens: false).Ids.ToArray();
            var ranges = tokenizer.EncodeRanges(text);
            Assert.Equal(ids, ranges.Select(r => r.Id));
            Assert.Equal(ids.Length, tokenizer.CountTokens(text, addSpecialTokens: false));
            Assert.All(ranges, r => Assert.InRange(r.Start, 0, r.End));
            Assert.All(ranges, r => Assert.InRange(r.End, 0, text.Length));
            Assert.Equal(ranges.Select(r => r.Start).Order(), ranges.Select(r => r.Start));
            for (var max = 0; max < ids.Length + 1; max += 3)
            {
                var cut = tokenizer.Encode(text, max, addSpecialTokens: false);
                Assert.Equal(ids.Take(max), cut.Ids.ToArray());
                Assert.Equal(max < ids.Length, cut.Truncated);
            }
        }, iter: 150);
    }

    [Theory]
    [MemberData(nameof(Families))]
    public void Concurrent_calls_give_the_ids_of_single_ones(string family)
    {
        var tokenizer = TextTokenizer.Load(TestFiles.Golden("tokenizers", family));
        var texts = TestFiles.GoldenLines("tokenizers", family, "goldens.jsonl").Take(300).Select(l => l.GetProperty("text").GetString()!).ToArray();
        var expected = TextTokenizer.Load(TestFiles.Golden("tokenizers", family)) is var other ? texts.Select(t => other.Encode(t).Ids.ToArray()).ToArray() : [];
        var actual = new int[texts.Length][];
        Parallel.For(0, texts.Length, i => actual[i] = tokenizer.Encode(texts[i]).Ids.ToArray());
        Assert.Equal(expected, actual);
    }

    [Theory]
    [InlineData("bert-uncased", 10_000_000)]
    [InlineData("roberta", 1_000_000)]
    [InlineData("qwen", 1_000_000)]
    [InlineData("xlm-roberta", 1_000_000)]
    [InlineData("gemma", 1_000_000)]
    public void A_text_of_megabytes_is_tokenized(string family, int length)
    {
        var tokenizer = TextTokenizer.Load(TestFiles.Golden("tokenizers", family));
        var text = new StringBuilder();
        while (text.Length < length)
            text.Append("The quick brown fox, number ").Append(text.Length).Append(" of many, naïvely jumps. ");
        Assert.InRange(tokenizer.CountTokens(text.ToString()), length / 8, length);
        Assert.Equal(512, tokenizer.Encode(text.ToString(), 512).Ids.Length);
    }

    /// <summary>Merging, Viterbi's algorithm and the regular expressions must not be quadratic; ten times the text may cost about ten times the work.</summary>
    [Theory]
    [MemberData(nameof(Families))]
    public async Task A_long_word_costs_no_more_than_its_length(string family)
    {
        var tokenizer = TextTokenizer.Load(TestFiles.Golden("tokenizers", family));
        foreach (var unit in new[] { "a", " ", "ab", "日", "1", ".", "\n ", "e\u0301\u0323" })
        {
            // Quadratic work on 200,000 chars would be 4 × 10^10 steps: minutes, where this takes well under a second.
            var text = string.Concat(Enumerable.Repeat(unit, 200_000 / unit.Length));
            var count = await Task.Run(() => tokenizer.CountTokens(text)).WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
            Assert.InRange(count, 2, text.Length * 3 + 3);
        }
    }

    [Fact]
    public void Tokenizing_allocates_nothing_per_token()
    {
        var text = string.Join(' ', Enumerable.Repeat("Tokenizing allocates nothing per token, only the result.", 200));
        var tokens = Bert.Value.CountTokens(text);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 50; i++)
            Bert.Value.CountTokens(text);
        // Fifty rounds together, so that what the runtime itself allocates once does not count: less than a byte per token.
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 50 * tokens);
    }
}
