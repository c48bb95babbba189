using System.Buffers;
using LocalRag.Connectors.SentenceTransformers.Tokenization;
using LocalRag.Testing;
using Microsoft.ML.Tokenizers;

namespace LocalRag.Connectors.SentenceTransformers.Tests.Tokenization;

public class HuggingFaceTokenizerTests
{
    private const string Text = "Tokenization of naïve café-goers: 日本語, \U0001F600 and emoji!";

    private static readonly Tokenizer Bert = HuggingFaceTokenizer.Load(TestFiles.Golden("tokenizer"));

    public static TheoryData<string> Families => ["bert-uncased", "bert-cased", "roberta", "modernbert", "qwen", "xlm-roberta", "gemma"];

    [Fact]
    public void Ids_include_special_tokens_unless_told_otherwise()
    {
        Assert.Equal([101, 7592, 2088, 102], Bert.EncodeToIds("hello world"));
        Assert.Equal([7592, 2088], HuggingFaceTokenizer.Load(TestFiles.Golden("tokenizer"), addSpecialTokens: false).EncodeToIds("hello world"));
        Assert.Equal([101, 7592, 102], Bert.EncodeToIds("hello world", 3, out _, out var consumed));
        Assert.Equal("hello".Length, consumed);
    }

    [Fact]
    public void Counting_leaves_special_tokens_out()
    {
        Assert.Equal(2, Bert.CountTokens("hello world"));
        Assert.Equal(0, Bert.CountTokens(""));
    }

    [Theory]
    [MemberData(nameof(Families))]
    public void A_beginning_cut_by_token_count_has_that_many_tokens(string family)
    {
        var tokenizer = HuggingFaceTokenizer.Load(TestFiles.Golden("tokenizers", family));
        var all = tokenizer.CountTokens(Text);
        for (var max = 0; max <= all + 1; max++)
        {
            var index = tokenizer.GetIndexByTokenCount(Text, max, out var normalized, out var count);
            Assert.Null(normalized);
            Assert.InRange(count, 0, Math.Min(max, all));
            Assert.Equal(max >= all ? Text.Length : index, index);
            Assert.False(index > 0 && index < Text.Length && char.IsLowSurrogate(Text[index]));
            Assert.InRange(tokenizer.CountTokens(Text[..index]), 0, Math.Max(count, 0) + 1);
        }
    }

    [Theory]
    [MemberData(nameof(Families))]
    public void An_end_cut_by_token_count_reaches_to_the_end(string family)
    {
        var tokenizer = HuggingFaceTokenizer.Load(TestFiles.Golden("tokenizers", family));
        var all = tokenizer.CountTokens(Text);
        var previous = Text.Length;
        for (var max = 0; max <= all + 1; max++)
        {
            var index = tokenizer.GetIndexByTokenCountFromEnd(Text, max, out _, out var count);
            Assert.InRange(count, 0, Math.Min(max, all));
            Assert.InRange(index, 0, previous);
            previous = index;
        }

        Assert.Equal(0, previous);
    }

    [Fact]
    public void Offsets_are_positions_in_the_text_itself()
    {
        var tokens = Bert.EncodeToTokens("Ünder  CAFÉ 日本", out var normalized);
        Assert.Null(normalized);
        Assert.Equal(["under", "cafe", "日", "本"], tokens.Select(t => t.Value));
        Assert.Equal([0..5, 7..11, 12..13, 13..14], tokens.Select(t => t.Offset));
    }

    [Fact]
    public void Decoding_gives_the_text_back()
    {
        Assert.Equal("[CLS] hello, world [SEP]", Bert.Decode([101, 7592, 1010, 2088, 102]));
        var roberta = HuggingFaceTokenizer.Load(TestFiles.Golden("tokenizers", "roberta"), addSpecialTokens: false);
        Assert.Equal(Text, roberta.Decode(roberta.EncodeToIds(Text)));
    }

    [Fact]
    public void Decoding_into_a_span_is_all_or_nothing()
    {
        var large = new char[64];
        Assert.Equal(OperationStatus.Done, Bert.Decode([7592, 2088], large, out var consumed, out var written));
        Assert.Equal((2, "hello world"), (consumed, new string(large, 0, written)));
        Assert.Equal(OperationStatus.DestinationTooSmall, Bert.Decode([7592, 2088], new char[5], out consumed, out written));
        Assert.Equal((0, 0), (consumed, written));
    }

    [Fact]
    public void Normalisation_cannot_be_switched_off()
    {
        Assert.Throws<NotSupportedException>(() => Bert.CountTokens("text", considerNormalization: false));
        Assert.Throws<NotSupportedException>(() => Bert.EncodeToIds("text", considerPreTokenization: false));
        Assert.Null(Bert.Normalizer);
        Assert.Null(Bert.PreTokenizer);
    }
}
