using RagDemo.Tests.Servers;

namespace RagDemo.Tests;

/// <summary>The demo with a chat model whose words the test writes down.</summary>
public sealed class ChatDemo : RunningDemo
{
    public const string Key = "sk-secret-of-the-test";

    private Dictionary<string, string?> _settings = [];

    internal ChatServer Chat { get; private set; } = null!;

    protected override Dictionary<string, string?> Settings => _settings;

    internal static Dictionary<string, string?> SettingsFor(string endpoint) => new() { ["LOCALRAG_CHAT_MODEL"] = "fake", ["OPENAI_BASE_URL"] = endpoint, ["OPENAI_API_KEY"] = Key };

    public override async ValueTask InitializeAsync()
    {
        Chat = await ChatServer.StartAsync();
        _settings = SettingsFor(Chat.Endpoint);
        await base.InitializeAsync();
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await Chat.DisposeAsync();
    }
}
