using System.Diagnostics;

namespace LocalRag.Connectors.InMemory.Tests.Filtering;

/// <summary>Where an application runs without ICU, every comparison of texts goes by code units, and an index answers all of them.</summary>
public class NoCultureTests
{
    private const string Switch = "DOTNET_SYSTEM_GLOBALIZATION_INVARIANT";

    [Fact]
    public async Task Without_cultures_an_index_answers_comparisons_by_culture()
    {
        if (Environment.GetEnvironmentVariable(Switch) == "1")
        {
#pragma warning disable CA1309, CA1310 // Comparisons by culture are what is tested.
            Assert.True(IndexUseTests.IsAnswered(r => string.Compare(r.Name, "name-8") >= 0));
            Assert.True(IndexUseTests.IsAnswered(r => r.Name != null && r.Name.CompareTo("name-8") >= 0));
            Assert.True(IndexUseTests.IsAnswered(r => r.Name != null && r.Name.StartsWith("name-1")));
            Assert.True(IndexUseTests.IsAnswered(r => string.Compare(r.Name, "name-8", StringComparison.InvariantCulture) >= 0));
            Assert.False(IndexUseTests.IsAnswered(r => string.Compare(r.Name, "NAME-8", StringComparison.InvariantCultureIgnoreCase) >= 0));
#pragma warning restore CA1309, CA1310
            return;
        }

        // The mode is chosen when a process starts: this test and the comparison with LINQ once more, in another one.
        var start = new ProcessStartInfo(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet")
        {
            ArgumentList = { typeof(NoCultureTests).Assembly.Location, "--filter-class", "*NoCultureTests", "--filter-class", "*FilterPropertyTests" },
            RedirectStandardOutput = true,
        };
        start.Environment[Switch] = "1";
        using var process = Process.Start(start)!;
        var output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(process.ExitCode == 0, output);
        Assert.Contains("succeeded: 2", output);
    }
}
