using System.Text.RegularExpressions;
using System.Xml;
using System.Xml.Linq;

namespace LocalRag.Training.Tests.FineTune;

/// <summary>A passage of the project's documentation: a paragraph of a guide, or what a source file says about one type or member.</summary>
/// <param name="Section">File and heading, or source file: never split between training and held-out questions.</param>
/// <param name="Title">Headings of the guide, or the words of the type's and member's names.</param>
internal sealed partial record DocumentationPassage(string Section, string Title, string Text)
{
    private const int MinWords = 8;

    public string[] Words => Text.Split(' ');

    public string[] Sentences => SentenceEnd().Split(Text);

    /// <summary>README, docs/*.md and the XML comments below src, in a fixed order; each text once.</summary>
    public static List<DocumentationPassage> ReadAll(string repository)
    {
        var guides = Directory.GetFiles(Path.Combine(repository, "docs"), "*.md").Append(Path.Combine(repository, "README.md"));
        var sources = Directory.GetFiles(Path.Combine(repository, "src"), "*.cs", SearchOption.AllDirectories);
        return [.. guides.Order(StringComparer.Ordinal).SelectMany(ReadGuide)
            .Concat(sources.Order(StringComparer.Ordinal).SelectMany(file => ReadSource(file, Path.GetRelativePath(repository, file))))
            .Where(p => p.Words.Length >= MinWords)
            .DistinctBy(p => p.Text)];
    }

    private static IEnumerable<DocumentationPassage> ReadGuide(string file)
    {
        string name = Path.GetFileName(file), guide = "", heading = "";
        foreach (string block in BlockEnd().Split(CodeBlock().Replace(File.ReadAllText(file), "")).Select(b => b.Trim()))
        {
            if (block.StartsWith("# ", StringComparison.Ordinal))
            {
                guide = Plain(block);
            }
            else if (block.StartsWith('#'))
            {
                heading = Plain(block);
            }
            else if (!block.Contains("|---", StringComparison.Ordinal))
            {
                yield return new($"{name}/{heading}", $"{guide} {heading}".Trim(), Plain(block));
            }
        }
    }

    private static IEnumerable<DocumentationPassage> ReadSource(string file, string section)
    {
        string type = NameWords(Path.GetFileNameWithoutExtension(file).Split('.')[0]);
        var comment = new List<string>();
        foreach (string line in File.ReadLines(file).Select(l => l.Trim()))
        {
            if (line.StartsWith("///", StringComparison.Ordinal))
            {
                comment.Add(line[3..]);
            }
            else if (comment.Count > 0 && !line.StartsWith('['))
            {
                string member = NameWords(DeclaredName().Match(line).Groups["name"].Value);
                yield return new(section, member.Length == 0 || member == type ? type : $"{type} {member}", Plain(XmlText(string.Join(' ', comment))));
                comment.Clear();
            }
        }
    }

    /// <summary>What the elements say about the thing itself; a reference reads as its last name.</summary>
    private static string XmlText(string comment)
    {
        try
        {
            return string.Join(' ', XElement.Parse($"<doc>{comment}</doc>").Elements().Where(e => e.Name.LocalName is "summary" or "remarks" or "value" or "returns").Select(Text));
        }
        catch (XmlException)
        {
            return "";
        }

        static string Text(XNode node) => node switch
        {
            XText text => text.Value,
            XElement { IsEmpty: true } element => element.Attributes().FirstOrDefault()?.Value.Split('(')[0].Split('.')[^1] ?? "",
            XElement element => string.Concat(element.Nodes().Select(Text)),
            _ => "",
        };
    }

    private static string Plain(string markdown) => White().Replace(Marks().Replace(Link().Replace(markdown, "$1"), " "), " ").Trim();

    private static string NameWords(string identifier) => NameBorder().Replace(identifier.Replace('_', ' '), " ").Trim().ToLowerInvariant();

    [GeneratedRegex("```.*?```", RegexOptions.Singleline)]
    private static partial Regex CodeBlock();

    [GeneratedRegex(@"\n\s*\n|\n(?=[-|#*])")]
    private static partial Regex BlockEnd();

    [GeneratedRegex(@"\[([^\]]*)\]\([^)]*\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"[*`|#>]|^\s*[-\d]+[.)]?\s")]
    private static partial Regex Marks();

    [GeneratedRegex(@"\s+")]
    private static partial Regex White();

    [GeneratedRegex(@"(?<=[.?!:;])\s+(?=[A-Z])")]
    private static partial Regex SentenceEnd();

    [GeneratedRegex(@"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")]
    private static partial Regex NameBorder();

    [GeneratedRegex(@"(?:class|record|struct|interface|enum)\s+(?:struct\s+)?(?<name>\w+)|(?<name>\w+)\s*(?:[({;=]|$)")]
    private static partial Regex DeclaredName();
}
