namespace LocalRag.Hub.Tests.Server;

/// <summary>Answers without a network, for addresses that loopback cannot play: https, other hosts.</summary>
internal sealed class StubHandler(Func<HttpRequestMessage, HttpResponseMessage> answer) : HttpMessageHandler
{
    public List<(HttpMethod Method, Uri Uri, string? Authorization)> Requests { get; } = [];

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        Requests.Add((request.Method, request.RequestUri!, request.Headers.Authorization?.ToString()));
        var response = answer(request);
        response.RequestMessage ??= request;
        return Task.FromResult(response);
    }
}
