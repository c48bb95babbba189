using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace LocalRag.Connectors.RerankApi.Tests;

public sealed class ClientRulesTests
{
    private const RerankApiDialect Tei = RerankApiDialect.TextEmbeddingsInference;

    [Fact]
    public async Task Many_documents_are_split_by_the_limit_and_merged_by_index()
    {
        await using var server = await RerankServer.StartAsync(RerankApiDialect.Vllm);
        var documents = Enumerable.Range(0, 25).Select(i => new string('x', (i * 7 % 25) + 1)).ToArray();
        var results = await CallAsync(server, RerankApiDialect.Vllm, documents, o => o.MaxBatchSize = 10);

        Assert.Equal(Enumerable.Range(0, 25).OrderByDescending(i => documents[i].Length), results.Select(r => r.Index));
        Assert.Equal([5, 10, 10], server.Requests.Select(r => r.Body.GetProperty("documents").GetArrayLength()).Order());
    }

    [Fact]
    public async Task Ties_are_ranked_in_input_order_whatever_the_server_says_and_top_and_threshold_act_here()
    {
        await using var server = await RerankServer.StartAsync(Tei);
        var results = await CallAsync(server, Tei, ["xx", "yy", "z", "vv"], options: new RerankOptions { TopK = 2, ScoreThreshold = 0.0015f });
        Assert.Equal([0, 1], results.Select(r => r.Index));
    }

    [Fact]
    public async Task The_limits_of_tei_are_read_from_the_server()
    {
        await using var server = await RerankServer.StartAsync(Tei);
        server.Info = """{"max_client_batch_size":8,"max_concurrent_requests":4,"max_input_length":2}""";
        await CallAsync(server, Tei, [.. Enumerable.Repeat(new string('x', 600), 9)]);

        Assert.Equal([1, 4, 4], server.Requests.Select(r => r.Body.GetProperty("texts").GetArrayLength()).Order());
        Assert.All(server.Requests.SelectMany(r => r.Body.GetProperty("texts").EnumerateArray()), t => Assert.Equal(500, t.GetString()!.Length));
    }

    [Fact]
    public async Task A_tei_server_that_hides_its_limits_gets_32_documents_at_a_time()
    {
        await using var server = await RerankServer.StartAsync(Tei);
        await CallAsync(server, Tei, [.. Enumerable.Repeat("x", 40)]);
        Assert.Equal([8, 32], server.Requests.Select(r => r.Body.GetProperty("texts").GetArrayLength()).Order());
    }

    [Theory]
    [InlineData(413)]
    [InlineData(429)]
    public async Task A_request_that_is_too_much_for_tei_is_halved_until_it_passes(int status)
    {
        await using var server = await RerankServer.StartAsync(Tei);
        server.Misbehave = (context, request) => StatusAsync(context, request.Body.GetProperty("texts").GetArrayLength() > 3 ? status : 0, "Model is overloaded");
        var results = await CallAsync(server, Tei, [.. Enumerable.Range(1, 10).Select(i => new string('x', i))]);

        Assert.Equal(Enumerable.Range(0, 10).Reverse(), results.Select(r => r.Index));
        Assert.Equal([10, 5, 2, 3, 5, 2, 3], server.Requests.Select(r => r.Body.GetProperty("texts").GetArrayLength()));
    }

    [Fact]
    public async Task A_listwise_model_is_never_split()
    {
        await using var server = await RerankServer.StartAsync(RerankApiDialect.Jina);
        server.Misbehave = (context, _) => StatusAsync(context, 413, "too large");
        void Configure(RerankApiOptions o) => (o.Model, o.MaxBatchSize) = ("jina-reranker-v3", 3);

        var e = await Assert.ThrowsAsync<ArgumentException>(() => CallAsync(server, RerankApiDialect.Jina, ["a", "b", "c", "d"], Configure));
        Assert.Contains("at most 3", e.Message, StringComparison.Ordinal);
        var refused = await Assert.ThrowsAsync<RerankApiException>(() => CallAsync(server, RerankApiDialect.Jina, ["a", "b"], Configure));
        Assert.Equal(413, (int)refused.StatusCode!);
        Assert.Single(server.Requests);
    }

    [Theory]
    [InlineData("""[{"index":0,"score":0.1}]""", "leaves out document 1 of 2")]
    [InlineData("""[{"index":0,"score":0.1},{"index":2,"score":0.1}]""", "ranks document 2 of 2")]
    [InlineData("""[{"index":0,"score":0.1},{"index":-1,"score":0.1}]""", "ranks document -1 of 2")]
    [InlineData("""[{"index":0,"score":0.1},{"index":0,"score":0.2}]""", "ranks document 0 twice")]
    [InlineData("""{"results":[{"index":0,"relevance_score":null},{"index":1,"relevance_score":1}]}""", "document 0 has no score")]
    [InlineData("""{"results":[{"index":0,"relevance_score":-1000000.0},{"index":1,"relevance_score":1}]}""", "document 0 has no score")]
    [InlineData("""[{"index":0,"score":1e99},{"index":1,"score":0.2}]""", "document 0 has no score")]
    [InlineData("""[{"score":0.1}]""", "has no index")]
    [InlineData("""{"data":[]}""", "no list of results")]
    [InlineData("""<html>gateway</html>""", "is not JSON")]
    [InlineData("", "is not JSON")]
    public async Task Answers_that_make_no_sense_are_refused(string body, string message)
    {
        await using var server = await RerankServer.StartAsync(Tei);
        server.Misbehave = (context, _) => AnswerAsync(context, 200, body);
        var e = await Assert.ThrowsAsync<RerankApiException>(() => CallAsync(server, Tei, ["a", "b"]));
        Assert.Contains(message, e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"error":"Input validation error","error_type":"Validation"}""", "Input validation error")]
    [InlineData("""{"error":{"message":"bad model","type":"NotFound","code":404}}""", "bad model")]
    [InlineData("""{"message":"invalid api token","id":"7"}""", "invalid api token")]
    [InlineData("""{"detail":"Unauthorized"}""", "Unauthorized")]
    [InlineData("""{"detail":[{"type":"missing","loc":["body"],"msg":"Field required"},{"msg":"Too long"}]}""", "Field required; Too long")]
    [InlineData("length limit\nexceeded\u001b[31m", "length limit exceeded [31m")]
    [InlineData("", "(no message)")]
    public async Task Errors_of_every_shape_are_told(string body, string message)
    {
        await using var server = await RerankServer.StartAsync(Tei);
        server.Misbehave = (context, _) => AnswerAsync(context, 422, body);
        var e = await Assert.ThrowsAsync<RerankApiException>(() => CallAsync(server, Tei, ["a", "b"]));
        Assert.EndsWith($"answered 422: {message}", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_huge_error_is_cut()
    {
        await using var server = await RerankServer.StartAsync(Tei);
        server.Misbehave = (context, _) => AnswerAsync(context, 500, new string('x', 1_000_000));
        var e = await Assert.ThrowsAsync<RerankApiException>(() => CallAsync(server, Tei, ["a"]));
        Assert.InRange(e.Message.Length, 500, 600);
    }

    [Theory]
    [InlineData(408)]
    [InlineData(429)]
    [InlineData(502)]
    [InlineData(503)]
    [InlineData(504)]
    public async Task What_may_pass_is_repeated(int status)
    {
        await using var server = await RerankServer.StartAsync(RerankApiDialect.LlamaCpp);
        server.Misbehave = (context, _) => StatusAsync(context, server.Requests.Count <= 2 ? status : 0, "Loading model");
        Assert.Equal(2, (await CallAsync(server, RerankApiDialect.LlamaCpp, ["a", "b"])).Count);
        Assert.Equal(3, server.Requests.Count);
    }

    [Theory]
    [InlineData(400)]
    [InlineData(401)]
    [InlineData(404)]
    [InlineData(422)]
    [InlineData(500)] // llama.cpp: a text too long for the physical batch, for ever.
    public async Task What_will_not_pass_is_not_repeated(int status)
    {
        await using var server = await RerankServer.StartAsync(RerankApiDialect.LlamaCpp);
        server.Misbehave = (context, _) => StatusAsync(context, status, "no");
        var e = await Assert.ThrowsAsync<RerankApiException>(() => CallAsync(server, RerankApiDialect.LlamaCpp, ["a", "b"]));
        Assert.Equal(status, (int)e.StatusCode!);
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task A_lost_connection_is_repeated_and_at_last_told()
    {
        await using var server = await RerankServer.StartAsync(RerankApiDialect.Vllm);
        server.Misbehave = (context, _) =>
        {
            context.Abort();
            return Task.FromResult(true);
        };
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => CallAsync(server, RerankApiDialect.Vllm, ["a"]));
        Assert.Equal(4, server.Requests.Count);
    }

    [Fact]
    public async Task Empty_documents_are_answered_here_and_blank_queries_refused()
    {
        await using var server = await RerankServer.StartAsync(Tei);
        Assert.Empty(await CallAsync(server, Tei, []));
        await Assert.ThrowsAsync<ArgumentException>("query", () => CallAsync(server, Tei, ["a"], query: " \n"));
        await Assert.ThrowsAsync<ArgumentNullException>("documents", () => CallAsync(server, Tei, ["a", null!]));
        Assert.Empty(server.Requests);
    }

    [Fact]
    public async Task A_redirect_is_not_followed_so_that_no_key_goes_astray()
    {
        await using var elsewhere = await RerankServer.StartAsync(Tei);
        await using var server = await RerankServer.StartAsync(Tei);
        server.Misbehave = (context, _) =>
        {
            context.Response.Redirect(new Uri(elsewhere.Address, "rerank").ToString(), permanent: false, preserveMethod: true);
            return Task.FromResult(true);
        };
        var e = await Assert.ThrowsAsync<RerankApiException>(() => CallAsync(server, Tei, ["a"]));
        Assert.Contains(elsewhere.Address.ToString(), e.Message, StringComparison.Ordinal);
        Assert.Empty(elsewhere.Requests);
    }

    [Fact]
    public async Task The_key_is_in_no_log_and_no_message_and_neither_are_the_texts()
    {
        await using var server = await RerankServer.StartAsync(Tei);
        server.Misbehave = (context, _) => AnswerAsync(context, 401, """{"error":"key s3cr3t-key is wrong"}""");
        var log = new ListLoggerProvider();
        var e = await Assert.ThrowsAsync<RerankApiException>(() => CallAsync(server, Tei, ["private text"], o => o.ApiKey = "s3cr3t-key", log: log));

        Assert.Equal("Bearer s3cr3t-key", server.Requests[0].Authorization);
        Assert.DoesNotContain("s3cr3t", e.ToString(), StringComparison.Ordinal);
        Assert.NotEmpty(log.Messages);
        Assert.DoesNotContain(log.Messages, m => m.Contains("s3cr3t", StringComparison.Ordinal) || m.Contains("private", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_server_that_does_not_answer_is_left_after_the_time_limit()
    {
        await using var server = await RerankServer.StartAsync(RerankApiDialect.Vllm);
        server.Misbehave = HangAsync;
        var e = await Assert.ThrowsAsync<TimeoutException>(() => CallAsync(server, RerankApiDialect.Vllm, ["a"], o => o.Timeout = TimeSpan.FromMilliseconds(300)));
        Assert.Contains("did not answer for 1 documents", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_caller_can_leave()
    {
        await using var server = await RerankServer.StartAsync(RerankApiDialect.Vllm);
        using var source = new CancellationTokenSource();
        server.Misbehave = async (context, request) =>
        {
            await source.CancelAsync();
            return await HangAsync(context, request);
        };
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => CallAsync(server, RerankApiDialect.Vllm, ["a"], cancellationToken: source.Token));
    }

    [Fact]
    public async Task Odd_texts_arrive_as_they_are_and_broken_surrogates_replaced()
    {
        await using var server = await RerankServer.StartAsync(RerankApiDialect.Infinity);
        await CallAsync(server, RerankApiDialect.Infinity, ["\0\u001b\"\\", "half \ud800", "\U0001F600"], query: new string('q', 200_000));

        var body = server.Requests[0].Body;
        Assert.Equal(["\0\u001b\"\\", "half \uFFFD", "\U0001F600"], body.GetProperty("documents").EnumerateArray().Select(d => d.GetString()));
        Assert.Equal(122_880, body.GetProperty("query").GetString()!.Length);
    }

    [Fact]
    public void All_wrong_settings_are_named_at_once_without_the_key()
    {
        using var http = new HttpClient();
        var e = Assert.Throws<ArgumentException>(() => new RerankApiClient(http, new RerankApiOptions
        {
            Endpoint = new Uri("ftp://x"),
            Dialect = RerankApiDialect.Cohere,
            RawScores = true,
            ApiKey = "bad key",
            MaxBatchSize = 0,
            MaxConcurrentRequests = 0,
            MaxRetries = 99,
            RetryDelay = TimeSpan.Zero,
            Timeout = TimeSpan.Zero,
        }));
        Assert.All(["Endpoint", "Model", "RawScores", "ApiKey", "MaxBatchSize", "MaxConcurrentRequests", "MaxRetries", "RetryDelay", "Timeout"], name => Assert.Contains(name, e.Message, StringComparison.Ordinal));
        Assert.DoesNotContain("bad key", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Several_servers_stand_side_by_side_under_keys()
    {
        await using var one = await RerankServer.StartAsync(Tei);
        await using var two = await RerankServer.StartAsync(RerankApiDialect.Vllm);
        var services = new ServiceCollection();
        services.AddRerankApi(o => o.Endpoint = one.Address);
        services.AddRerankApi(o => (o.Endpoint, o.Dialect) = (two.Address, RerankApiDialect.Vllm), "two");
        await using var provider = services.BuildServiceProvider(new ServiceProviderOptions { ValidateOnBuild = true, ValidateScopes = true });

        await provider.GetRequiredKeyedService<IReranker>("two").RerankAsync("q", ["a"]);
        Assert.Equal((0, 1), (one.Requests.Count, two.Requests.Count));
        var metadata = provider.GetRequiredService<IReranker>().GetService<RerankerMetadata>()!;
        Assert.Equal(("huggingface.tei", new Uri(one.Address, "rerank")), (metadata.ProviderName, metadata.ProviderUri));
    }

    private static async Task<IReadOnlyList<RerankResult>> CallAsync(
        RerankServer server, RerankApiDialect dialect, string[] documents, Action<RerankApiOptions>? configure = null, string query = "q",
        RerankOptions? options = null, ListLoggerProvider? log = null, CancellationToken cancellationToken = default)
    {
        var services = new ServiceCollection();
        services.AddLogging(logging =>
        {
            logging.SetMinimumLevel(LogLevel.Trace);
            if (log is not null)
            {
                logging.AddProvider(log);
            }
        });
        services.AddRerankApi(o =>
        {
            (o.Endpoint, o.Dialect, o.RetryDelay, o.MaxConcurrentRequests) = (server.Address, dialect, TimeSpan.FromMilliseconds(1), 1);
            configure?.Invoke(o);
        });
        await using var provider = services.BuildServiceProvider();
        return await provider.GetRequiredService<IReranker>().RerankAsync(query, documents, options, cancellationToken);
    }

    private static Task<bool> StatusAsync(HttpContext context, int status, string error) =>
        status == 0 ? Task.FromResult(false) : AnswerAsync(context, status, JsonSerializer.Serialize(new { error }));

    private static async Task<bool> AnswerAsync(HttpContext context, int status, string body)
    {
        context.Response.StatusCode = status;
        await context.Response.WriteAsync(body);
        return true;
    }

    private static async Task<bool> HangAsync(HttpContext context, RerankServer.Request request)
    {
        var gone = new TaskCompletionSource();
        using var registration = context.RequestAborted.Register(gone.SetResult);
        await gone.Task;
        return true;
    }

    private sealed class ListLoggerProvider : ILoggerProvider, ILogger
    {
        public List<string> Messages { get; } = [];

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull
        {
            lock (Messages)
            {
                Messages.Add(state.ToString() ?? "");
            }

            return null;
        }

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            lock (Messages)
            {
                Messages.Add(formatter(state, exception));
            }
        }

        public void Dispose()
        {
        }
    }
}
