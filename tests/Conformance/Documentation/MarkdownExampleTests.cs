using System.Globalization;
using System.Reflection;
using System.Runtime.Loader;
using LocalRag.Testing;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace LocalRag.Conformance.Tests.Documentation;

/// <summary>Compiles every C# block of README and docs as a program of its own, and runs those that say so.</summary>
[Collection("console")]
public sealed class MarkdownExampleTests
{
    private const string ImplicitUsings = """
        global using System;
        global using System.Collections.Generic;
        global using System.IO;
        global using System.Linq;
        global using System.Net.Http;
        global using System.Threading;
        global using System.Threading.Tasks;
        """;

    // What a project of the web SDK imports by itself.
    private const string WebUsings = """
        global using Microsoft.AspNetCore.Builder;
        global using Microsoft.AspNetCore.Hosting;
        global using Microsoft.AspNetCore.Http;
        global using Microsoft.AspNetCore.Routing;
        global using Microsoft.Extensions.Configuration;
        global using Microsoft.Extensions.DependencyInjection;
        global using Microsoft.Extensions.Hosting;
        global using Microsoft.Extensions.Logging;
        """;

    private static readonly string[] Suppressed = ["SKEXP0001", "SKEXP0130", "SKEXP0010", "MEVD9001", "CS1701", "CS1702", "CS8019", "CS1998"];

    private static readonly Lazy<MetadataReference[]> References = new(() =>
        [.. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!)
            .Split(Path.PathSeparator)
            .Select(p => (MetadataReference)MetadataReference.CreateFromFile(p))]);

    public static IEnumerable<MarkdownExample> Examples()
    {
        string[] pages =
        [
            Path.Combine(TestFiles.RepositoryRoot, "README.md"),
            .. Directory.GetFiles(Path.Combine(TestFiles.RepositoryRoot, "docs"), "*.md", SearchOption.AllDirectories).Order(StringComparer.Ordinal),
        ];
        return pages.SelectMany(p => MarkdownExample.Read(TestFiles.RepositoryRoot, p));
    }

    public static TheoryData<string> AllExamples => [.. Examples().Select(e => e.ToString())];

    public static TheoryData<string> RunnableExamples => [.. Examples().Where(e => e.Run).Select(e => e.ToString())];

    private static MarkdownExample Find(string name) => Examples().Single(e => e.ToString() == name);

    [Theory]
    [MemberData(nameof(AllExamples), DisableDiscoveryEnumeration = true)]
    public void Example_compiles(string example) => Compile(Find(example));

    [Theory]
    [MemberData(nameof(RunnableExamples), DisableDiscoveryEnumeration = true)]
    public async Task Example_runs_and_prints_what_the_page_says(string name)
    {
        var example = Find(name);
        var context = new AssemblyLoadContext(name, isCollectible: true);
        var assembly = context.LoadFromStream(new MemoryStream(Compile(example)));
        var before = Console.Out;
        var here = Environment.CurrentDirectory;
        var folder = Directory.CreateTempSubdirectory("localrag-example-");
        using var output = new StringWriter { NewLine = "\n" };
        try
        {
            Console.SetOut(output);
            Environment.CurrentDirectory = folder.FullName;
            var entry = assembly.EntryPoint!;
            // The compiler hides an async Main behind a blocking one; the awaitable twin keeps the exception as it was.
            var main = entry.DeclaringType!.GetMethod("<Main>$", BindingFlags.NonPublic | BindingFlags.Static) ?? entry;
            var result = main.Invoke(null, main.GetParameters().Length == 0 ? null : [Array.Empty<string>()]);
            if (result is Task task)
            {
                await task;
            }
        }
        finally
        {
            Console.SetOut(before);
            Environment.CurrentDirectory = here;
            folder.Delete(recursive: true);
            context.Unload();
        }

        if (example.Output is not null)
        {
            Assert.Equal(example.Output, output.ToString().TrimEnd());
        }
    }

    [Fact]
    public void Readme_and_the_guide_for_Python_users_have_running_examples()
    {
        Assert.Contains(Examples(), e => e.Page == "README.md" && e.Run && e.Output is not null);
        var guide = Examples().Where(e => e.Page == "docs/coming-from-sentence-transformers.md").ToList();
        Assert.NotEmpty(guide);
        Assert.All(guide, e => Assert.True(e.Run && e.Output is not null, $"{e} is not run."));
    }

    private static byte[] Compile(MarkdownExample example)
    {
        var parse = new CSharpParseOptions(LanguageVersion.Latest);
        var usings = example.Code.Contains("WebApplication", StringComparison.Ordinal) ? $"{ImplicitUsings}\n{WebUsings}" : ImplicitUsings;
        var compilation = CSharpCompilation.Create(
            $"Example_{example.Line}_{Guid.NewGuid():N}",
            [CSharpSyntaxTree.ParseText(usings, parse), CSharpSyntaxTree.ParseText(example.Code, parse, example.Page)],
            References.Value,
            new CSharpCompilationOptions(
                OutputKind.ConsoleApplication,
                nullableContextOptions: NullableContextOptions.Enable,
                specificDiagnosticOptions: Suppressed.Select(id => KeyValuePair.Create(id, ReportDiagnostic.Suppress))));
        using var image = new MemoryStream();
        var result = compilation.Emit(image);
        var problems = result.Diagnostics
            .Where(d => d.Severity >= DiagnosticSeverity.Warning)
            .Select(d => $"{example.Page}:{example.Line + 1 + d.Location.GetLineSpan().StartLinePosition.Line}: {d.Id} {d.GetMessage(CultureInfo.InvariantCulture)}");
        Assert.True(result.Success && !problems.Any(), string.Join('\n', problems));
        return image.ToArray();
    }
}
