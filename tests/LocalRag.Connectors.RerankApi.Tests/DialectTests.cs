using System.Text.Json;

namespace LocalRag.Connectors.RerankApi.Tests;

public sealed class DialectTests
{
    public static TheoryData<RerankApiDialect, string, string> Requests => new()
    {
        { RerankApiDialect.TextEmbeddingsInference, "/rerank", """{"query":"q","texts":["a","bbb"],"truncate":true,"raw_scores":false,"return_text":false}""" },
        { RerankApiDialect.Cohere, "/v2/rerank", """{"model":"m","query":"q","documents":["a","bbb"]}""" },
        { RerankApiDialect.Jina, "/v1/rerank", """{"model":"m","query":"q","documents":["a","bbb"],"return_documents":false,"truncation":true}""" },
        { RerankApiDialect.Vllm, "/v1/rerank", """{"model":"m","query":"q","documents":["a","bbb"],"truncate_prompt_tokens":-1}""" },
        { RerankApiDialect.Infinity, "/rerank", """{"model":"m","query":"q","documents":["a","bbb"],"return_documents":false,"raw_scores":false}""" },
        { RerankApiDialect.LlamaCpp, "/v1/rerank", """{"model":"m","query":"q","documents":["a","bbb"]}""" },
    };

    [Theory]
    [MemberData(nameof(Requests))]
    public async Task Each_server_is_asked_in_its_own_way_and_understood(RerankApiDialect dialect, string path, string body)
    {
        await using var server = await RerankServer.StartAsync(dialect);
        using var http = new HttpClient();
        using var client = new RerankApiClient(http, new() { Endpoint = server.Address, Dialect = dialect, Model = "m", ApiKey = "key" });

        var results = await client.RerankAsync("q", ["a", "bbb"]);

        Assert.Equal([new(1, 0.003f), new(0, 0.001f)], results);
        var request = Assert.Single(server.Requests);
        Assert.Equal((path, "Bearer key"), (request.Path, request.Authorization));
        Assert.Equal(body, JsonSerializer.Serialize(request.Body));
    }

    [Theory]
    [InlineData(RerankApiDialect.TextEmbeddingsInference, "\"raw_scores\":true")]
    [InlineData(RerankApiDialect.Vllm, "\"use_activation\":false")]
    [InlineData(RerankApiDialect.Infinity, "\"raw_scores\":true")]
    public async Task Raw_scores_are_asked_for_where_they_can_be_had(RerankApiDialect dialect, string part) =>
        Assert.Contains(part, await BodyAsync(new() { Dialect = dialect, RawScores = true }), StringComparison.Ordinal);

    [Theory]
    [InlineData(RerankApiDialect.TextEmbeddingsInference, "\"truncate\":false", true)]
    [InlineData(RerankApiDialect.Jina, "\"truncation\":false", true)]
    [InlineData(RerankApiDialect.Vllm, "truncate_prompt_tokens", false)]
    public async Task Truncation_can_be_refused(RerankApiDialect dialect, string part, bool there) =>
        Assert.Equal(there, (await BodyAsync(new() { Dialect = dialect, Model = "m", Truncate = false })).Contains(part, StringComparison.Ordinal));

    [Theory]
    [InlineData(RerankApiDialect.Vllm, "http://h:1", "http://h:1/v1/rerank")]
    [InlineData(RerankApiDialect.Vllm, "http://h:1/v1/", "http://h:1/v1/rerank")]
    [InlineData(RerankApiDialect.Cohere, "https://h/v1", "https://h/v2/rerank")]
    [InlineData(RerankApiDialect.TextEmbeddingsInference, "http://h/tei/", "http://h/tei/rerank")]
    [InlineData(RerankApiDialect.Infinity, "http://h/v1", "http://h/v1/rerank")]
    [InlineData(RerankApiDialect.LlamaCpp, "http://h/reranking/v1/rerank", "http://h/reranking/v1/rerank")]
    public void The_address_may_carry_version_or_path(RerankApiDialect dialect, string endpoint, string address) =>
        Assert.Equal(new Uri(address), Dialect.Of(dialect).Resolve(new Uri(endpoint)));

    [Fact]
    public async Task A_call_may_name_another_model()
    {
        await using var server = await RerankServer.StartAsync(RerankApiDialect.Vllm);
        using var http = new HttpClient();
        using var client = new RerankApiClient(http, new() { Endpoint = server.Address, Dialect = RerankApiDialect.Vllm, Model = "m" });
        await client.RerankAsync("q", ["a"], new RerankOptions { ModelId = "other" });
        Assert.Equal("other", server.Requests[0].Body.GetProperty("model").GetString());
    }

    private static async Task<string> BodyAsync(RerankApiOptions options)
    {
        await using var server = await RerankServer.StartAsync(options.Dialect);
        using var http = new HttpClient();
        options.Endpoint = server.Address;
        using var client = new RerankApiClient(http, options);
        await client.RerankAsync("q", ["a"]);
        return JsonSerializer.Serialize(server.Requests[0].Body);
    }
}
