using System.Text;

namespace LocalRag.Plugins.Ingestion.Tests.Reading;

public sealed class MarkdownReaderTests
{
    private static DocumentText Read(string markdown) => DocumentReaders.Default.For("a.md")!.Read(Encoding.UTF8.GetBytes(markdown), "a.md", TestContext.Current.CancellationToken);

    private static string[] Texts(DocumentText document) => [.. document.Blocks.Select(b => document.Text[b.Start..b.End])];

    [Fact]
    public void Blocks_keep_their_place_in_the_source_and_know_their_headings()
    {
        var document = Read("# Guide\n\nFirst *words*.\n\n## Setup `x`\n\n- one\n- two\n\n```csharp\nvar a = 1;\n```\n\n# Other\nEnd.\n");

        Assert.Equal("Guide", document.Title);
        Assert.Equal(["# Guide", "First *words*.", "## Setup `x`", "- one", "- two", "```csharp\nvar a = 1;\n```", "# Other", "End."], Texts(document));
        Assert.Equal(
            ["Guide", "Guide", "Guide > Setup x", "Guide > Setup x", "Guide > Setup x", "Guide > Setup x", "Other", "Other"],
            document.Blocks.Select(b => b.HeadingPath));
        Assert.Equal(
            [BlockKind.Heading, BlockKind.Prose, BlockKind.Heading, BlockKind.Prose, BlockKind.Prose, BlockKind.Code, BlockKind.Heading, BlockKind.Prose],
            document.Blocks.Select(b => b.Kind));
    }

    [Fact]
    public void A_deeper_heading_ends_with_its_parents_next_sibling()
    {
        var document = Read("# A\n### B\n## C\n#### D\nx\n");

        Assert.Equal(["A", "A > B", "A > C", "A > C > D", "A > C > D"], document.Blocks.Select(b => b.HeadingPath));
    }

    [Fact]
    public void Front_matter_gives_the_title_and_is_not_indexed()
    {
        var document = Read("---\ntitle: \"From the matter\"\ntags: x\n---\n\n# Heading\n\nBody.\n");

        Assert.Equal("From the matter", document.Title);
        Assert.Equal(["# Heading", "Body."], Texts(document));
    }

    [Fact]
    public void Comments_and_link_definitions_are_not_indexed() =>
        Assert.Equal(["Seen [x]."], Texts(Read("<!-- hidden -->\n\nSeen [x].\n\n[x]: https://example.org\n")));

    [Fact]
    public void A_byte_order_mark_and_windows_line_ends_do_not_shift_offsets()
    {
        var document = DocumentReaders.Default.For("a.md")!.Read(Encoding.UTF8.GetBytes("\uFEFF# T\r\n\r\nBody\r\nmore.\r\n"), "a.md", TestContext.Current.CancellationToken);

        Assert.Equal(["# T", "Body\r\nmore."], Texts(document));
    }

    [Fact]
    public void An_unclosed_fence_and_an_empty_file_are_read()
    {
        Assert.Equal(["```\nopen"], Texts(Read("```\nopen")));
        Assert.Empty(Read("").Blocks);
    }

    [Fact]
    public void Nesting_that_no_person_writes_ends_in_a_message_or_a_result_but_not_in_a_crash()
    {
        var error = Record.Exception(() => Read(new string('>', 20_000) + " deep " + new string('[', 20_000)));

        Assert.True(error is null or InvalidDataException, error?.ToString());
    }
}
