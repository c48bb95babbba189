using LocalRag.Models.Mini;

namespace RagDemo;

/// <summary>What the demo was told: by the command line, appsettings.json and the environment.</summary>
internal sealed class DemoSettings
{
    private const string Solution = "Plugins.sln";

    /// <summary>Folders and files to answer from.</summary>
    public required IReadOnlyList<string> Docs { get; init; }

    /// <summary>Where index and uploads are kept.</summary>
    public required string DataDirectory { get; init; }

    /// <summary>appsettings.json, then the environment.</summary>
    public required IConfiguration Configuration { get; init; }

    /// <summary>The bi-encoder: <c>mini</c>, a directory or a hub name.</summary>
    public string EmbeddingModel => Given("Models:Embedding") ?? MiniModels.Name;

    /// <summary>The cross-encoder: <c>mini</c>, a directory or a hub name.</summary>
    public string RerankerModel => Given("Models:Reranker") ?? MiniModels.Name;

    /// <summary>The chat model that writes the answers; null leaves them extractive.</summary>
    public ChatSettings? Chat { get; init; }

    /// <summary>A rerank server in the place of the local cross-encoder; null keeps that one.</summary>
    public IConfigurationSection? RerankApi => Configuration.GetSection("RerankApi") is { } section && section["Endpoint"] is { Length: > 0 } ? section : null;

    /// <summary>What the page takes from its users.</summary>
    public Limits Limits => Configuration.GetSection("Limits").Get<Limits>() ?? new();

    /// <param name="docs">Folders and files; none takes this project's own documentation.</param>
    /// <param name="dataDirectory">Where index and uploads are kept; null takes the user's folder for application data.</param>
    /// <param name="more">Settings that go before those of appsettings.json and the environment.</param>
    public static DemoSettings Load(IReadOnlyList<string> docs, string? dataDirectory, IReadOnlyDictionary<string, string?>? more = null)
    {
        var configuration = new ConfigurationBuilder()
            .AddJsonFile(Path.Combine(AppContext.BaseDirectory, "appsettings.json"), optional: true)
            .AddEnvironmentVariables()
            .AddInMemoryCollection(more)
            .Build();
        return new()
        {
            Docs = docs.Count > 0 ? docs : OwnDocumentation(),
            DataDirectory = Path.GetFullPath(dataDirectory ?? DefaultDataDirectory()),
            Configuration = configuration,
            Chat = ChatSettings.From(configuration),
        };
    }

    private string? Given(string key) => Configuration[key] is { Length: > 0 } value ? value : null;

    private static string DefaultDataDirectory()
    {
        var local = Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.Create);
        return local.Length > 0
            ? Path.Combine(local, "LocalRag", "demo")
            : throw new InvalidOperationException("This user has no folder for application data. Name one with --data DIR.");
    }

    private static IReadOnlyList<string> OwnDocumentation()
    {
        foreach (var start in (string[])[Environment.CurrentDirectory, AppContext.BaseDirectory])
        {
            for (var folder = new DirectoryInfo(start); folder is not null; folder = folder.Parent)
            {
                if (File.Exists(Path.Combine(folder.FullName, Solution)))
                {
                    return [Path.Combine(folder.FullName, "docs"), Path.Combine(folder.FullName, "README.md")];
                }
            }
        }

        throw new DirectoryNotFoundException("The project's own documentation is not to be found from here. Name a folder with --docs PATH.");
    }
}
