using LocalRag.Connectors.SentenceTransformers.Hub;
using LocalRag.Hub.Tests.Server;
using Microsoft.Extensions.DependencyInjection;

namespace LocalRag.Hub.Tests.Loading;

public sealed class RegistrationTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_registered_client_downloads_over_the_factory_of_the_application()
    {
        await using var hub = await FakeHub.StartAsync(("acme/bi", FakeRepository.BiEncoder()));
        var services = Services(hub);
        var seen = 0;
        services.AddHuggingFaceHub().AddHttpMessageHandler(() => new CountingHandler(() => Interlocked.Increment(ref seen)));
        await using var provider = services.BuildServiceProvider();

        var client = provider.GetRequiredService<HuggingFaceHub>();
        Assert.Empty(hub.Calls);
        var directory = await client.DownloadAsync("acme/bi", cancellationToken: Cancel);

        Assert.Equal(hub.SnapshotPath("acme/bi", ""), directory);
        Assert.Equal(hub.Calls.Count, seen);
        Assert.Same(client, provider.GetRequiredService<HuggingFaceHub>());
    }

    [Fact]
    public async Task Passing_failures_are_tried_again_with_the_clock_of_the_container()
    {
        await using var hub = await FakeHub.StartAsync(("acme/bi", FakeRepository.BiEncoder()));
        var left = 2;
        hub.Intercept = (context, call) =>
        {
            var fails = Interlocked.Decrement(ref left) >= 0;
            context.Response.StatusCode = fails ? 503 : 200;
            return Task.FromResult(fails);
        };
        await using var provider = Services(hub).BuildServiceProvider();

        await provider.GetRequiredService<HuggingFaceHub>().DownloadAsync("acme/bi", cancellationToken: Cancel);

        Assert.Equal([1, 2], hub.Time.Pauses.Select(pause => pause.TotalSeconds));
    }

    [Fact]
    public async Task Retries_of_the_whole_application_do_not_send_a_commit_twice()
    {
        await using var hub = await FakeHub.StartAsync();
        hub.Answer("/commit/", 503);
        var services = Services(hub);
        services.ConfigureHttpClientDefaults(client => client.AddStandardResilienceHandler());
        await using var provider = services.BuildServiceProvider();
        var model = Directory.CreateDirectory(Path.Combine(hub.Folder, "model")).FullName;
        await File.WriteAllTextAsync(Path.Combine(model, "config.json"), "{}", Cancel);

        await Assert.ThrowsAsync<HubException>(() => provider.GetRequiredService<HuggingFaceHub>().PushAsync(model, "acme/new", cancellationToken: Cancel));

        Assert.Single(hub.CallsTo("/commit/"));
    }

    [Fact]
    public async Task A_client_without_container_downloads_as_well()
    {
        await using var hub = await FakeHub.StartAsync(("acme/bi", FakeRepository.BiEncoder()));

        var directory = await new HuggingFaceHub(new() { Endpoint = hub.Url.ToString(), CacheFolder = hub.CacheFolder, Token = "" }).DownloadAsync("acme/bi", cancellationToken: Cancel);

        Assert.Equal(hub.SnapshotPath("acme/bi", ""), directory);
    }

    [Fact]
    public void Options_out_of_range_are_refused_when_the_client_is_made()
        => Assert.Throws<ArgumentException>(() => new HuggingFaceHub(new() { MaxParallelDownloads = 0 }));

    private static ServiceCollection Services(FakeHub hub)
    {
        var services = new ServiceCollection();
        services.AddSingleton<TimeProvider>(hub.Time);
        services.AddHuggingFaceHub(options =>
        {
            options.Endpoint = hub.Url.ToString();
            options.CacheFolder = hub.CacheFolder;
            options.Token = FakeHub.Token;
            options.RequestTimeout = options.StallTimeout = TestTime.Limit;
        });
        return services;
    }

    private sealed class CountingHandler(Action count) : DelegatingHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            count();
            return base.SendAsync(request, cancellationToken);
        }
    }
}
