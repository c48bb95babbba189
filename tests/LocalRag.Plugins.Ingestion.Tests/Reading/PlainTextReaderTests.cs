using System.Text;

namespace LocalRag.Plugins.Ingestion.Tests.Reading;

public sealed class PlainTextReaderTests
{
    private static DocumentText Read(byte[] bytes, string name = "a.txt") => DocumentReaders.Default.For(name)!.Read(bytes, name);

    [Fact]
    public void Paragraphs_are_the_runs_between_blank_lines()
    {
        var document = Read("one\ntwo\n \n\nthree  \n"u8.ToArray());

        Assert.Equal(["one\ntwo", "three"], document.Blocks.Select(b => document.Text[b.Start..b.End]));
    }

    [Theory]
    [InlineData("utf-8")]
    [InlineData("utf-16")]
    [InlineData("utf-16BE")]
    [InlineData("utf-32")]
    public void Byte_order_marks_decide_the_encoding(string name)
    {
        var encoding = Encoding.GetEncoding(name);
        var document = Read([.. encoding.GetPreamble(), .. encoding.GetBytes("žluťoučký 漢字")]);

        Assert.Equal("žluťoučký 漢字", document.Text);
        Assert.Null(document.Warning);
    }

    [Fact]
    public void Bytes_that_are_not_UTF8_are_read_as_Windows_1252_with_a_warning()
    {
        var document = Read([0x63, 0x61, 0x66, 0xE9]);

        Assert.Equal("café", document.Text);
        Assert.Contains("Windows-1252", document.Warning);
    }

    [Theory]
    [InlineData("a.txt")]
    [InlineData("a.md")]
    [InlineData("a.html")]
    [InlineData("a.cs")]
    public void Binary_data_is_refused_whatever_the_ending(string name) =>
        Assert.Contains("binary", Assert.Throws<InvalidDataException>(() => Read([0x7F, 0x45, 0x4C, 0x46, 0, 0, 1], name)).Message);

    [Fact]
    public void Source_code_is_cut_between_lines() =>
        Assert.All(Read("class A\n{\n}\n\nclass B { }\n"u8.ToArray(), "x/A.cs").Blocks, b => Assert.Equal(BlockKind.Code, b.Kind));

    [Fact]
    public void An_unknown_ending_has_no_reader() => Assert.Null(DocumentReaders.Default.For("minutes.docx"));
}
