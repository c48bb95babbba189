using Microsoft.Extensions.DependencyInjection;

namespace LocalRag.Tests;

public sealed class RerankerBuilderTests
{
    [Fact]
    public async Task The_wrapper_added_first_sees_a_call_first()
    {
        var seen = new List<string>();
        using var reranker = new CountingReranker().AsBuilder().Use(inner => new Noting(inner, "outer", seen)).Use(inner => new Noting(inner, "inner", seen)).Build();
        await reranker.RerankAsync("q", ["d"]);
        Assert.Equal(["outer", "inner"], seen);
    }

    [Fact]
    public void Disposing_the_outermost_disposes_the_core()
    {
        var core = new CountingReranker();
        core.AsBuilder().UseScoreThreshold(1).UseChunking().UseOpenTelemetry().Build().Dispose();
        Assert.Equal(1, core.Disposals);
    }

    [Fact]
    public void Services_behind_wrappers_can_be_asked_for()
    {
        var core = new CountingReranker();
        using var reranker = core.AsBuilder().UseScoreThreshold(1).Build();
        Assert.Same(core, reranker.GetService<CountingReranker>());
        Assert.Equal("counter", reranker.GetService<RerankerMetadata>()!.DefaultModelId);
        Assert.IsType<ScoreThresholdReranker>(reranker.GetService<IReranker>());
    }

    [Fact]
    public void A_wrapper_that_returns_nothing_is_named() =>
        Assert.Contains("Wrapper 0", Assert.Throws<InvalidOperationException>(() => new RerankerBuilder(new CountingReranker()).Use(_ => null!).Build()).Message, StringComparison.Ordinal);

    [Fact]
    public void A_container_makes_it_once_and_disposes_it_once()
    {
        var core = new CountingReranker();
        var services = new ServiceCollection();
        services.AddReranker(_ => core).UseScoreThreshold(0.5f).UseLogging();
        services.AddKeyedReranker("other", _ => new CountingReranker());
        using (var provider = services.BuildServiceProvider(new ServiceProviderOptions { ValidateOnBuild = true, ValidateScopes = true }))
        {
            Assert.Same(provider.GetRequiredService<IReranker>(), provider.GetRequiredService<IReranker>());
            Assert.NotSame(core, provider.GetRequiredKeyedService<IReranker>("other"));
        }

        Assert.Equal(1, core.Disposals);
    }

    private sealed class Noting(IReranker inner, string name, List<string> seen) : DelegatingReranker(inner)
    {
        public override Task<IReadOnlyList<RerankResult>> RerankAsync(string query, IReadOnlyList<string> documents, RerankOptions? options = null, CancellationToken cancellationToken = default)
        {
            seen.Add(name);
            return base.RerankAsync(query, documents, options, cancellationToken);
        }
    }
}
