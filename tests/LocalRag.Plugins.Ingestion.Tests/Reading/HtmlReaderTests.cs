using System.Text;

namespace LocalRag.Plugins.Ingestion.Tests.Reading;

public sealed class HtmlReaderTests
{
    private static DocumentText Read(string html) => DocumentReaders.Default.For("a.HTML")!.Read(Encoding.UTF8.GetBytes(html), "a.HTML", TestContext.Current.CancellationToken);

    [Fact]
    public void Visible_text_is_kept_with_headings_and_scripts_are_left_out()
    {
        var document = Read(
            "<html><head><title> The page </title><style>p{}</style></head><body><nav>menu</nav><h1>Top</h1><p>One  <b>bold</b>\n word.</p>"
            + "<script>alert('x')</script><h2>Sub</h2><ul><li>first<li>second</ul><pre>a\n  b</pre><table><tr><th>k</th><td>v</td></tr></table></body></html>");

        Assert.Equal("The page", document.Title);
        Assert.Equal("Top\n\nOne bold word.\n\nSub\n\nfirst\n\nsecond\n\na\n  b\n\nk v", document.Text);
        Assert.Equal(["Top", "Top", "Top > Sub", "Top > Sub", "Top > Sub", "Top > Sub", "Top > Sub"], document.Blocks.Select(b => b.HeadingPath));
        Assert.Equal(BlockKind.Code, document.Blocks[5].Kind);
    }

    [Fact]
    public void Without_a_title_the_first_heading_names_the_document() => Assert.Equal("Hello", Read("<h2>Hello</h2><p>x").Title);

    [Fact]
    public void Entities_become_characters_and_broken_markup_is_read_as_browsers_do() =>
        Assert.Equal("a < b & c\n\nd", Read("<p>a &lt; b &amp; c<p>d").Text);

    [Fact]
    public void Endless_nesting_ends_in_a_message_or_a_result_but_not_in_a_crash()
    {
        var error = Record.Exception(() => Read(string.Concat(Enumerable.Repeat("<div>", 30_000)) + "deep"));

        Assert.True(error is null or InvalidDataException, error?.ToString());
    }
}
