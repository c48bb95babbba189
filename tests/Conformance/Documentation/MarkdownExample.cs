namespace LocalRag.Conformance.Tests.Documentation;

/// <summary>One fenced C# block of a Markdown page.</summary>
/// <param name="Page">Path relative to the repository, with forward slashes.</param>
/// <param name="Line">Line of the opening fence, from 1.</param>
/// <param name="Code">The text between the fences.</param>
/// <param name="Run">True for <c>```csharp run</c>: the block is a whole program that the test also executes.</param>
/// <param name="Output">The <c>```text</c> block that follows a running example, if one does: what it must print.</param>
public sealed record MarkdownExample(string Page, int Line, string Code, bool Run, string? Output)
{
    /// <summary>Reads all C# blocks of a page in order.</summary>
    public static IEnumerable<MarkdownExample> Read(string repositoryRoot, string path)
    {
        var lines = File.ReadAllLines(path);
        var page = Path.GetRelativePath(repositoryRoot, path).Replace('\\', '/');
        for (var i = 0; i < lines.Length; i++)
        {
            if (!lines[i].StartsWith("```csharp", StringComparison.Ordinal))
            {
                continue;
            }

            var end = EndOfFence(lines, i, page);
            var code = string.Join('\n', lines[(i + 1)..end]);
            var run = lines[i].Split(' ', StringSplitOptions.RemoveEmptyEntries).Contains("run");
            string? output = null;
            var next = end + 1;
            while (next < lines.Length && lines[next].Length == 0)
            {
                next++;
            }

            if (run && next < lines.Length && lines[next] == "```text")
            {
                output = string.Join('\n', lines[(next + 1)..EndOfFence(lines, next, page)]);
            }

            yield return new MarkdownExample(page, i + 1, code, run, output);
            i = end;
        }
    }

    private static int EndOfFence(string[] lines, int start, string page)
    {
        var end = Array.IndexOf(lines, "```", start + 1);
        return end > 0 ? end : throw new InvalidDataException($"{page}:{start + 1}: the code fence is never closed.");
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Page}:{Line}";
}
