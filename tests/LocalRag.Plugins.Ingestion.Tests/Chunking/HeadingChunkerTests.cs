using System.Text;
using CsCheck;

namespace LocalRag.Plugins.Ingestion.Tests.Chunking;

public sealed class HeadingChunkerTests
{
    private static int CountWords(string text) => text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Length;

    private static DocumentText Markdown(string text) => DocumentReaders.Default.For("a.md")!.Read(Encoding.UTF8.GetBytes(text), "a.md", TestContext.Current.CancellationToken);

    private static string[] Chunk(string markdown, int maxTokens, int overlap = 0)
    {
        var document = Markdown(markdown);
        return [.. new HeadingChunker(new(maxTokens, overlap, CountWords)).Chunk(document).Select(c => document.Text[c.Start..c.End])];
    }

    [Fact]
    public void A_chunk_never_crosses_a_heading_and_a_heading_stays_with_its_text() =>
        Assert.Equal(["# A\n\none\n\ntwo", "## B\n\n### C\n\nthree"], Chunk("# A\n\none\n\ntwo\n\n## B\n\n### C\n\nthree\n", 50));

    [Fact]
    public void A_section_that_does_not_fit_is_cut_between_its_blocks() =>
        Assert.Equal(["# A\n\none two three four five", "six seven eight nine ten"], Chunk("# A\n\none two three four five\n\nsix seven eight nine ten\n", 10));

    [Fact]
    public void A_long_paragraph_is_cut_between_sentences_which_overlap()
    {
        var text = "Aa bb cc dd ee. Ff gg hh ii jj. Kk ll mm nn oo.";

        Assert.Equal(["Aa bb cc dd ee. Ff gg hh ii jj.", "Kk ll mm nn oo."], Chunk(text, 12));
        Assert.Equal(["Aa bb cc dd ee. Ff gg hh ii jj.", "Ff gg hh ii jj. Kk ll mm nn oo."], Chunk(text, 12, 6));
    }

    [Fact]
    public void Code_is_cut_between_lines() =>
        Assert.Equal(["```\na b c d\ne f g h", "i j k l\n```"], Chunk("```\na b c d\ne f g h\ni j k l\n```\n", 11));

    [Fact]
    public void The_heading_path_takes_its_share_of_the_limit()
    {
        // All of it has 14 tokens with the joints; three words of the path and its joint leave 10.
        Assert.Equal(["# one two three\n\na b c d", "e f g h"], Chunk("# one two three\n\na b c d\n\ne f g h\n", 14));
    }

    [Fact]
    public void Chunks_know_page_and_path()
    {
        var document = new DocumentText("one two", null, [new(0, 3, BlockKind.Prose, "", 1), new(4, 7, BlockKind.Prose, "", 2)]);

        var chunk = Assert.Single(new HeadingChunker(new(8, 0, CountWords)).Chunk(document));
        Assert.Equal(new TextChunk(0, 7, "", 1), chunk);
    }

    [Fact]
    public void Whatever_the_text_no_chunk_is_longer_than_the_limit_and_nothing_is_lost()
    {
        var words = Gen.OneOf(
            Gen.String[Gen.Char["ab.!?# -|`\n"], 1, 12], Gen.Const("\n\n"), Gen.Const("\n# head\n"), Gen.Const("\n```\n"), Gen.Const("x"), Gen.Const("日本。"), Gen.Const("\U0001F600"));
        words.Array[0, 60].Select(parts => string.Concat(parts)).Sample(
            text =>
            {
                // One token per character is the hardest case: a limit of 16 must cut inside words.
                var document = Markdown(text);
                var chunks = new HeadingChunker(new(16, 4, t => t.Count(c => !char.IsWhiteSpace(c)))).Chunk(document);
                var covered = new bool[document.Text.Length];
                foreach (var chunk in chunks)
                {
                    var content = document.Text[chunk.Start..chunk.End];
                    Assert.False(string.IsNullOrWhiteSpace(content));
                    Assert.True(content.Count(c => !char.IsWhiteSpace(c)) <= 17, content);
                    Assert.False(char.IsLowSurrogate(content[0]));
                    covered.AsSpan(chunk.Start..chunk.End).Fill(true);
                }

                foreach (var block in document.Blocks)
                {
                    for (var i = block.Start; i < block.End; i++)
                    {
                        Assert.True(covered[i] || char.IsWhiteSpace(document.Text[i]), $"character {i} of {text} is in no chunk");
                    }
                }
            },
            iter: 2000);
    }

    [Theory]
    [InlineData(7, 0)]
    [InlineData(10, 6)]
    [InlineData(10, -1)]
    public void Sizes_out_of_range_are_refused(int maxTokens, int overlap) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new ChunkSize(maxTokens, overlap));
}
