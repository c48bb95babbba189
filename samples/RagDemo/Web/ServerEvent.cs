using System.Text.Json;

namespace RagDemo.Web;

/// <summary>One server-sent event.</summary>
/// <param name="Type">Its name.</param>
/// <param name="Json">Its data, on one line.</param>
internal sealed record ServerEvent(string Type, string Json)
{
    public static ServerEvent Of<T>(string type, T value, JsonSerializerOptions json) => new(type, JsonSerializer.Serialize(value, json));
}
