using System.Runtime.CompilerServices;
using System.Text;
using AngleSharp.Dom;
using AngleSharp.Html.Dom;
using AngleSharp.Html.Parser;

namespace LocalRag.Plugins.Ingestion.Reading;

/// <summary>HTML: the visible text with white space folded, headings and preformatted code as blocks; scripts, styles and navigation are left out.</summary>
internal sealed class HtmlReader : IDocumentReader
{
    private static readonly HashSet<string> Hidden = new(StringComparer.OrdinalIgnoreCase)
    {
        "script", "style", "noscript", "template", "nav", "head", "svg", "iframe", "object", "select", "button", "form",
    };

    private static readonly HashSet<string> BlockLevel = new(StringComparer.OrdinalIgnoreCase)
    {
        "address", "article", "aside", "blockquote", "body", "br", "caption", "dd", "details", "div", "dl", "dt", "fieldset", "figcaption",
        "figure", "footer", "header", "hr", "html", "li", "main", "ol", "p", "section", "summary", "table", "tbody", "tfoot", "thead", "tr", "ul",
    };

    public IReadOnlyCollection<string> Extensions { get; } = [".html", ".htm", ".xhtml"];

    public DocumentText Read(ReadOnlyMemory<byte> content, string name, CancellationToken cancellationToken = default)
    {
        var (html, warning) = DecodedText.From(content.Span);
        var document = new HtmlParser().ParseDocument(html);
        var walk = new Walk(cancellationToken);
        try
        {
            walk.Visit(document.DocumentElement);
        }
        catch (InsufficientExecutionStackException error)
        {
            throw new InvalidDataException("its elements are nested too deep to be a document.", error);
        }

        walk.Flush(BlockKind.Prose);
        var title = document.Title is { Length: > 0 } given ? given.Trim() : null;
        return new(walk.Text.ToString(), title ?? walk.FirstHeading, walk.Blocks, warning);
    }

    private sealed class Walk(CancellationToken cancellationToken)
    {
        private readonly StringBuilder _line = new();
        private readonly HeadingTrail _trail = new();

        public StringBuilder Text { get; } = new();

        public List<TextBlock> Blocks { get; } = [];

        public string? FirstHeading { get; private set; }

        public void Visit(INode node)
        {
            RuntimeHelpers.EnsureSufficientExecutionStack();
            cancellationToken.ThrowIfCancellationRequested();
            switch (node)
            {
                case IText text:
                    AppendFolded(text.Data);
                    break;
                case IElement element when Hidden.Contains(element.LocalName) || element.HasAttribute("hidden"):
                    break;
                case IHtmlHeadingElement heading:
                    Flush(BlockKind.Prose);
                    VisitChildren(heading);
                    var words = _line.ToString().Trim();
                    FirstHeading ??= words.Length > 0 ? words : null;
                    _trail.Enter(heading.LocalName[1] - '0', words);
                    Flush(BlockKind.Heading);
                    break;
                case IHtmlPreElement pre:
                    Flush(BlockKind.Prose);
                    _line.Append(pre.TextContent.Trim('\n', '\r'));
                    Flush(BlockKind.Code);
                    break;
                case IElement cell when cell.LocalName is "td" or "th":
                    VisitChildren(cell);
                    _line.Append(' ');
                    break;
                case IElement element when BlockLevel.Contains(element.LocalName):
                    Flush(BlockKind.Prose);
                    VisitChildren(element);
                    Flush(BlockKind.Prose);
                    break;
                default:
                    VisitChildren(node);
                    break;
            }
        }

        public void Flush(BlockKind kind)
        {
            var words = kind == BlockKind.Code ? _line.ToString().TrimEnd() : _line.ToString().Trim();
            _line.Clear();
            if (words.Length == 0)
            {
                return;
            }

            if (Text.Length > 0)
            {
                Text.Append("\n\n");
            }

            Blocks.Add(new(Text.Length, Text.Length + words.Length, kind, _trail.Path));
            Text.Append(words);
        }

        private void VisitChildren(INode node)
        {
            foreach (var child in node.ChildNodes)
            {
                Visit(child);
            }
        }

        private void AppendFolded(string text)
        {
            foreach (var character in text)
            {
                if (!char.IsWhiteSpace(character))
                {
                    _line.Append(character);
                }
                else if (_line.Length > 0 && _line[^1] != ' ')
                {
                    _line.Append(' ');
                }
            }
        }
    }
}
