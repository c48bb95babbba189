namespace LocalRag.Plugins.Ingestion.Tests.Reading;

public sealed class PdfReaderTests
{
    private static DocumentText Read(byte[] bytes, IReadOnlyList<IDocumentReader>? readers = null) =>
        (readers ?? DocumentReaders.Default).For("a.pdf")!.Read(bytes, "a.pdf", TestContext.Current.CancellationToken);

    [Fact]
    public void Paragraphs_know_their_page()
    {
        var document = Read(PdfFiles.WithPages("The first page.", "The second page."));

        Assert.Equal([1, 2], document.Blocks.Select(b => b.Page));
        Assert.Equal(["The first page.", "The second page."], document.Blocks.Select(b => document.Text[b.Start..b.End]));
    }

    [Theory]
    [InlineData(1, 1000, "has 2 pages; up to 1 are read")]
    [InlineData(2, 20, "characters or more; up to 20 are read")]
    public void A_document_beyond_the_limits_is_refused(int pages, int characters, string words)
    {
        var bytes = PdfFiles.WithPages("The first page.", "The second page.");

        Assert.Contains(words, Assert.Throws<InvalidDataException>(() => Read(bytes, DocumentReaders.WithLimits(pages, characters))).Message);
        Assert.Equal(2, Read(bytes, DocumentReaders.WithLimits(2, 1000)).Blocks.Count);
    }

    [Fact]
    public void An_encrypted_document_says_so() => Assert.Contains("encrypted", Assert.Throws<InvalidDataException>(() => Read(PdfFiles.Encrypted())).Message);

    [Fact]
    public void A_document_without_text_says_that_it_may_be_scanned() =>
        Assert.Contains("scanned", Assert.Throws<InvalidDataException>(() => Read(PdfFiles.WithPages(""))).Message);

    [Fact]
    public void A_truncated_document_is_refused_or_read_but_does_not_crash()
    {
        var whole = PdfFiles.WithPages("Some words on a page.");
        for (var length = 10; length < whole.Length; length += 97)
        {
            var error = Record.Exception(() => Read(whole[..length]));
            Assert.True(error is null or InvalidDataException, error?.ToString());
        }
    }

    [Fact]
    public void Other_bytes_under_the_name_of_a_PDF_are_refused() =>
        Assert.Contains("no %PDF header", Assert.Throws<InvalidDataException>(() => Read("hello"u8.ToArray())).Message);
}
