using System.Reflection;
using System.Text.Json;

namespace LocalRag.Testing;

/// <summary>Finds the files that tests read: goldens of the repository, and the optional real model.</summary>
public static class TestFiles
{
    /// <summary>The checkout that the test assembly was built from.</summary>
    public static string RepositoryRoot { get; } =
        typeof(TestFiles).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == "RepositoryRoot").Value!;

    /// <summary>A path below <c>tests/goldens</c>.</summary>
    public static string Golden(params string[] parts) => Path.Combine([RepositoryRoot, "tests", "goldens", .. parts]);

    /// <summary>Lines of a JSON Lines golden file, parsed.</summary>
    public static IEnumerable<JsonElement> GoldenLines(params string[] parts)
    {
        foreach (var line in File.ReadLines(Golden(parts)))
        {
            if (line.Length > 0)
            {
                using var document = JsonDocument.Parse(line);
                yield return document.RootElement.Clone();
            }
        }
    }

    /// <summary>Directory of the real all-MiniLM-L6-v2, named by <c>LOCALRAG_TEST_MINILM</c>; null where it is not set.</summary>
    public static string? MiniLmDirectory { get; } =
        Environment.GetEnvironmentVariable("LOCALRAG_TEST_MINILM") is { Length: > 0 } path && Directory.Exists(path) ? path : null;

    /// <summary>True where the real all-MiniLM-L6-v2 is at hand; for <c>[Fact(Skip = …, SkipUnless = …)]</c>.</summary>
    public static bool HasMiniLm => MiniLmDirectory is not null;

    /// <summary>Why tests of the real model are skipped.</summary>
    public const string NoMiniLm = "LOCALRAG_TEST_MINILM does not name a directory of the real all-MiniLM-L6-v2";
}
