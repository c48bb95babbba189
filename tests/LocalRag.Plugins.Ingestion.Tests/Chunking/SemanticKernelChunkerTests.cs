using System.Text;

namespace LocalRag.Plugins.Ingestion.Tests.Chunking;

public sealed class SemanticKernelChunkerTests
{
    [Fact]
    public void Chunks_of_the_text_chunker_get_offsets_and_headings()
    {
        var text = "# Guide\n\nAlpha beta gamma delta.\nEpsilon zeta eta theta.\n\n## More\n\nIota kappa lambda mu nu xi.\n\nOmicron pi rho sigma tau upsilon phi chi psi omega.\n";
        var document = DocumentReaders.Default.For("a.md")!.Read(Encoding.UTF8.GetBytes(text), "a.md", TestContext.Current.CancellationToken);

        var chunks = new SemanticKernelChunker(new(12, 0, t => t.Split(' ', '\n').Length)).Chunk(document);

        Assert.True(chunks.Count > 1);
        Assert.Equal("Guide", chunks[0].HeadingPath);
        Assert.Equal("Guide > More", chunks[^1].HeadingPath);
        var all = string.Concat(chunks.Select(c => text[c.Start..c.End]));
        Assert.Equal(WithoutSpace(text), WithoutSpace(all));
    }

    [Fact]
    public void An_empty_document_has_no_chunks() => Assert.Empty(new SemanticKernelChunker(new(20)).Chunk(new("  ", null, [])));

    private static string WithoutSpace(string text) => string.Concat(text.Where(c => !char.IsWhiteSpace(c)));
}
