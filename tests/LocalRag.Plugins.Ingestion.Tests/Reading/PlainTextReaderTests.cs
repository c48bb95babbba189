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

    [Fact]
    public void UTF8_that_ends_inside_a_character_is_read_up_to_there()
    {
        var whole = Encoding.UTF8.GetBytes("žluťoučký 漢字");
        for (var missing = 1; missing <= 2; missing++)
        {
            var document = Read(whole[..^missing]);

            Assert.Equal("žluťoučký 漢", document.Text);
            Assert.Contains("cut off", document.Warning);
        }
    }

    [Fact]
    public void One_last_letter_beyond_ASCII_is_no_cut_off_UTF8() => Assert.Equal("a café", Read([.. "a caf"u8, 0xE9]).Text);

    [Theory]
    [InlineData("utf-8", new byte[] { 0xC3 })]
    [InlineData("utf-16", new byte[] { 0x61 })]
    [InlineData("utf-16BE", new byte[] { 0xD8, 0x00 })]
    [InlineData("utf-32", new byte[] { 0x00, 0x00, 0x11, 0x00 })]
    public void Damage_behind_a_byte_order_mark_is_reported_and_the_rest_read(string name, byte[] damage)
    {
        var encoding = Encoding.GetEncoding(name);
        var document = Read([.. encoding.GetPreamble(), .. encoding.GetBytes("good words "), .. damage]);

        Assert.StartsWith("good words", document.Text, StringComparison.Ordinal);
        Assert.Contains($"not valid {name}", document.Warning, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public void UTF16_without_a_byte_order_mark_is_refused_and_not_read_as_noise() =>
        Assert.Contains("zero byte", Assert.Throws<InvalidDataException>(() => Read(Encoding.Unicode.GetBytes("plain words"))).Message);

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
