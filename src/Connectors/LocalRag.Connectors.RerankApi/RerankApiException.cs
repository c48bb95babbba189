using System.Net;

namespace LocalRag.Connectors.RerankApi;

/// <summary>A rerank server refused a request or answered something that cannot be used; the message holds what the server said.</summary>
public sealed class RerankApiException : HttpRequestException
{
    internal RerankApiException(string message, HttpStatusCode? statusCode, Exception? inner = null)
        : base(message, inner, statusCode)
    {
    }
}
