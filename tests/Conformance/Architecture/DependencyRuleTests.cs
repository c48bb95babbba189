using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Xml.Linq;
using LocalRag.Testing;

namespace LocalRag.Conformance.Tests.Architecture;

/// <summary>The one direction of references: Abstractions, connectors, plug-ins, tools and samples.</summary>
public sealed class DependencyRuleTests
{
    private static readonly string Source = Path.Combine(TestFiles.RepositoryRoot, "src");

    private static IEnumerable<string> ProjectFiles =>
        Directory.EnumerateFiles(Source, "*.csproj", SearchOption.AllDirectories);

    /// <summary>0 abstractions, 1 connectors, 2 plug-ins, 3 tools.</summary>
    private static int Layer(string projectPath)
    {
        var name = Path.GetFileNameWithoutExtension(projectPath);
        var folder = Path.GetFileName(Path.GetDirectoryName(Path.GetDirectoryName(Path.GetFullPath(projectPath))));
        return (name, folder) switch
        {
            ("LocalRag.Abstractions", _) => 0,
            (_, "Connectors") => 1,
            (_, "Plugins") => 2,
            (_, "Tools") => 3,
            _ => throw new InvalidOperationException($"{projectPath} is in no layer of the design: expected src/Connectors, src/Plugins or src/Tools."),
        };
    }

    private static IEnumerable<(string From, string To)> ProjectReferences() =>
        from project in ProjectFiles
        from reference in XDocument.Load(project).Descendants("ProjectReference")
            // A reference for building only (an analyzer, a generator) ships nothing.
        where (string?)reference.Attribute("ReferenceOutputAssembly") != "false"
        select (project, Path.GetFullPath(Path.Combine(Path.GetDirectoryName(project)!, (string)reference.Attribute("Include")!)));

    [Fact]
    public void The_solution_has_every_layer() =>
        Assert.Equal([0, 1, 2, 3], ProjectFiles.Select(Layer).Distinct().Order());

    [Fact]
    public void Projects_reference_only_lower_layers_or_fellow_plugins()
    {
        var wrong = ProjectReferences()
            .Where(r => !(Layer(r.To) < Layer(r.From) || (Layer(r.From) == 2 && Layer(r.To) == 2)))
            .Select(r => $"{Path.GetFileNameWithoutExtension(r.From)} -> {Path.GetFileNameWithoutExtension(r.To)}");
        Assert.Empty(wrong);
    }

    [Fact]
    public void Only_the_umbrella_the_tools_and_training_tie_plugins_to_connectors()
    {
        // Everything above the store speaks VectorData and everything above the models speaks IEmbeddingGenerator and
        // IReranker; a plug-in that names a connector would take that choice from its user.
        string[] allowed = ["LocalRag", "LocalRag.Training"];
        var wrong = ProjectReferences()
            .Where(r => Layer(r.From) == 2 && Layer(r.To) == 1 && !allowed.Contains(Path.GetFileNameWithoutExtension(r.From)))
            .Select(r => $"{Path.GetFileNameWithoutExtension(r.From)} -> {Path.GetFileNameWithoutExtension(r.To)}");
        Assert.Empty(wrong);
    }

    [Fact]
    public void Only_the_model_connector_and_the_umbrella_carry_ONNX_Runtime()
    {
        var owners = AssembliesReferencing("Microsoft.ML.OnnxRuntime");
        Assert.Equal(["LocalRag.Connectors.SentenceTransformers"], owners);
    }

    [Fact]
    public void Connectors_do_not_know_Semantic_Kernels_core()
    {
        var owners = AssembliesReferencing("Microsoft.SemanticKernel.Core");
        Assert.DoesNotContain(owners, o => o.StartsWith("LocalRag.Connectors.", StringComparison.Ordinal) || o == "LocalRag.Abstractions");
    }

    [Fact]
    public void Only_the_inference_stage_names_ONNX_Runtime_types()
    {
        var connector = Path.Combine(Source, "Connectors", "LocalRag.Connectors.SentenceTransformers");
        // Users hand over session options; the options class has to name their type.
        var wrong = Directory.EnumerateFiles(connector, "*.cs", SearchOption.AllDirectories)
            .Where(f => Path.GetFileName(f) != "SentenceTransformerOptions.cs")
            .Where(f => !Path.GetRelativePath(connector, f).StartsWith("Inference" + Path.DirectorySeparatorChar, StringComparison.Ordinal))
            .Where(f => File.ReadLines(f).Any(l => l.Contains("using Microsoft.ML.OnnxRuntime", StringComparison.Ordinal)))
            .Select(f => Path.GetRelativePath(connector, f));
        Assert.Empty(wrong);
    }

    [Fact]
    public void No_two_projects_differ_in_casing_only()
    {
        var names = ProjectFiles.Select(p => (string?)XDocument.Load(p).Descendants("AssemblyName").FirstOrDefault() ?? Path.GetFileNameWithoutExtension(p));
        Assert.Equal(names.Count(), names.Distinct(StringComparer.OrdinalIgnoreCase).Count());
    }

    private static List<string> AssembliesReferencing(string assemblyName)
    {
        var files = Directory.GetFiles(AppContext.BaseDirectory, "LocalRag*.dll").Where(f => !Path.GetFileName(f).Contains("Test", StringComparison.Ordinal)).ToList();
        Assert.True(files.Count >= 8, $"Expected the libraries beside the tests, found {files.Count}.");
        var owners = new List<string>();
        foreach (var file in files)
        {
            using var stream = File.OpenRead(file);
            using var pe = new PEReader(stream);
            var reader = pe.GetMetadataReader();
            if (reader.AssemblyReferences.Any(h => reader.GetString(reader.GetAssemblyReference(h).Name) == assemblyName))
            {
                owners.Add(Path.GetFileNameWithoutExtension(file));
            }
        }

        owners.Sort(StringComparer.Ordinal);
        return owners;
    }
}
