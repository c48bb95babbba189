using Markdig;
using Markdig.Extensions.Yaml;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;

namespace LocalRag.Plugins.Ingestion.Reading;

/// <summary>Markdown: the text stays as it was written, Markdig says where its headings, paragraphs and code lie.</summary>
internal sealed class MarkdownReader : IDocumentReader
{
    private const string TitleKey = "title:";

    private static readonly MarkdownPipeline Pipeline =
        new MarkdownPipelineBuilder().UsePreciseSourceLocation().UseYamlFrontMatter().UsePipeTables().Build();

    public IReadOnlyCollection<string> Extensions { get; } = [".md", ".markdown", ".mdx"];

    public DocumentText Read(ReadOnlyMemory<byte> content, string name, CancellationToken cancellationToken = default)
    {
        var (text, warning) = DecodedText.From(content.Span);
        MarkdownDocument document;
        try
        {
            document = Markdown.Parse(text, Pipeline);
        }
        catch (ArgumentException error)
        {
            // Markdig gives up on nesting that no person writes.
            throw new InvalidDataException($"not readable as Markdown: {error.Message}", error);
        }

        var blocks = new List<TextBlock>();
        var trail = new HeadingTrail();
        string? title = null;
        foreach (var block in document)
        {
            cancellationToken.ThrowIfCancellationRequested();
            switch (block)
            {
                case YamlFrontMatterBlock:
                    title = FrontMatterTitle(text.AsSpan(block.Span.Start, block.Span.Length));
                    break;
                case HeadingBlock heading:
                    var words = Words(heading.Inline).Trim();
                    title ??= heading.Level == 1 && words.Length > 0 ? words : null;
                    trail.Enter(heading.Level, words);
                    Add(block, BlockKind.Heading);
                    break;
                case FencedCodeBlock { ClosingFencedCharCount: 0 }:
                    // Markdig ends the span of a fence that is never closed at its first line; the block runs to the end of the file.
                    Add(block, BlockKind.Code, text.Length);
                    break;
                case CodeBlock:
                    Add(block, BlockKind.Code);
                    break;
                case ListBlock list:
                    foreach (var item in list)
                    {
                        Add(item, BlockKind.Prose);
                    }

                    break;
                case LinkReferenceDefinitionGroup or ThematicBreakBlock or HtmlBlock { Type: HtmlBlockType.Comment }:
                    break;
                default:
                    Add(block, BlockKind.Prose);
                    break;
            }
        }

        return new(text, title, blocks, warning);

        void Add(Block block, BlockKind kind, int? until = null)
        {
            var start = Math.Max(block.Span.Start, blocks.Count > 0 ? blocks[^1].End : 0);
            var end = Math.Min(until ?? block.Span.End + 1, text.Length);
            end = start + text.AsSpan(start, Math.Max(0, end - start)).TrimEnd().Length;
            if (end > start)
            {
                blocks.Add(new(start, end, kind, trail.Path));
            }
        }
    }

    private static string Words(ContainerInline? inlines)
    {
        if (inlines is null)
        {
            return "";
        }

        var words = new System.Text.StringBuilder();
        foreach (var inline in inlines.Descendants())
        {
            words.Append(inline switch
            {
                LiteralInline literal => literal.Content.AsSpan(),
                CodeInline code => code.Content,
                LineBreakInline => " ",
                _ => "",
            });
        }

        return words.ToString();
    }

    private static string? FrontMatterTitle(ReadOnlySpan<char> yaml)
    {
        foreach (var line in yaml.EnumerateLines())
        {
            if (line.StartsWith(TitleKey, StringComparison.OrdinalIgnoreCase))
            {
                var value = line[TitleKey.Length..].Trim().Trim("\"'").Trim();
                return value.IsEmpty ? null : value.ToString();
            }
        }

        return null;
    }
}
