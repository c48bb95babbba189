namespace LocalRag.Hub.Tests.Server;

/// <summary>A request that reached the fake hub or its storage.</summary>
internal sealed record Call(string Method, string Target, bool ToStorage, string? Authorization, string? Range, string? ContentType, byte[] Body, IReadOnlyDictionary<string, string> Headers)
{
    public string Path => Target.Split('?')[0];

    public string Text => System.Text.Encoding.UTF8.GetString(Body);
}
