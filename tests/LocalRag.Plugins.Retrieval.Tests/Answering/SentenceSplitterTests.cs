using CsCheck;
using LocalRag.Plugins.Retrieval.Answering;

namespace LocalRag.Plugins.Retrieval.Tests.Answering;

public sealed class SentenceSplitterTests
{
    private static string[] Split(string text) => [.. SentenceSplitter.Split(text).Select(r => text[r])];

    [Theory]
    [InlineData("One. Two! Three? Four", new[] { "One.", "Two!", "Three?", "Four" })]
    [InlineData("Use e.g. this, version 3.5 of J. Smith et al. in 2020. Then go.", new[] { "Use e.g. this, version 3.5 of J. Smith et al. in 2020.", "Then go." })]
    [InlineData("He said \"stop.\" She left.", new[] { "He said \"stop.\"", "She left." })]
    [InlineData("Call `a.B()`. It works.", new[] { "Call `a.B()`.", "It works." })]
    [InlineData("これは文。次の文。", new[] { "これは文。", "次の文。" })]
    [InlineData("See Fig. 3 for more. Done.", new[] { "See Fig. 3 for more.", "Done." })]
    [InlineData("a line\nthat goes on. Next", new[] { "a line\nthat goes on.", "Next" })]
    public void Sentences_end_where_a_reader_ends_them(string text, string[] expected) => Assert.Equal(expected, Split(text));

    [Fact]
    public void Markdown_units_stand_alone() =>
        Assert.Equal(
            ["## Title", "Text here.", "- one", "- two\n  goes on", "1. first", "| a | b |", "| 1 | 2 |", "```\ncode. Here.\n\nmore\n```", "End."],
            Split("## Title\nText here.\n\n- one\n- two\n  goes on\n1. first\n| a | b |\n| 1 | 2 |\n```\ncode. Here.\n\nmore\n```\nEnd."));

    [Fact]
    public void An_empty_text_has_no_sentences() => Assert.Empty(Split(" \n "));

    [Fact]
    public void Every_character_but_white_space_is_in_exactly_one_sentence() =>
        Gen.String[Gen.Char["ab A.!?\n#-|`\"1) 。"], 0, 80].Sample(
            text =>
            {
                var last = 0;
                foreach (var range in SentenceSplitter.Split(text))
                {
                    Assert.True(string.IsNullOrWhiteSpace(text[last..range.Start.Value]));
                    Assert.True(range.End.Value > range.Start.Value);
                    last = range.End.Value;
                }

                Assert.True(string.IsNullOrWhiteSpace(text[last..]));
            },
            iter: 5000);
}
