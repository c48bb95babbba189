namespace RagDemo;

/// <summary>An OpenAI-compatible chat model. Only naming a model turns it on: a key in the environment alone sends nothing anywhere.</summary>
/// <param name="Model">The model's name at the server.</param>
/// <param name="Endpoint">The server; passages go there.</param>
/// <param name="ApiKey">The key; local servers need none.</param>
/// <param name="MaxSearches">How often the model may search by itself; 0 for servers that know no functions.</param>
/// <param name="Timeout">How long the server may stay silent before its answer begins.</param>
internal sealed record ChatSettings(string Model, Uri Endpoint, string ApiKey, int MaxSearches, TimeSpan Timeout)
{
    private static readonly Uri OpenAI = new("https://api.openai.com/v1");

    public static ChatSettings? From(IConfiguration configuration)
    {
        var model = configuration["LOCALRAG_CHAT_MODEL"] ?? configuration["Chat:Model"];
        if (string.IsNullOrWhiteSpace(model))
        {
            return null;
        }

        var address = configuration["OPENAI_BASE_URL"] ?? configuration["Chat:Endpoint"];
        var endpoint = string.IsNullOrWhiteSpace(address) ? OpenAI
            : Uri.TryCreate(address, UriKind.Absolute, out var given) && given.Scheme is "http" or "https" ? given
            : throw new InvalidOperationException($"OPENAI_BASE_URL must be an http or https address, but is '{address}'.");
        var key = configuration["OPENAI_API_KEY"];
        if (string.IsNullOrWhiteSpace(key) && endpoint == OpenAI)
        {
            throw new InvalidOperationException($"The chat model '{model}' at {endpoint.Host} needs a key. Set OPENAI_API_KEY, or OPENAI_BASE_URL for a local server.");
        }

        return new(
            model, endpoint, string.IsNullOrWhiteSpace(key) ? "none" : key, configuration.GetValue("Chat:MaxSearches", 2), TimeSpan.FromSeconds(configuration.GetValue("Chat:TimeoutSeconds", 120)));
    }
}
