using System.Globalization;

namespace LocalRag.Connectors.SentenceTransformers.Invariant.Tests;

public class InvariantModeTests
{
    [Fact]
    public void This_process_has_no_cultures() =>
        Assert.Throws<CultureNotFoundException>(() => CultureInfo.GetCultureInfo("tr-TR"));

    [Fact]
    public void The_runtime_cannot_normalise_here() =>
        Assert.True(AppContext.TryGetSwitch("System.Globalization.Invariant", out var invariant) && invariant);
}
