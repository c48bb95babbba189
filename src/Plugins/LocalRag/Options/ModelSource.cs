using LocalRag.Models.Mini;

namespace LocalRag;

/// <summary>What a model setting may be: the embedded model, a directory, a name on the hub.</summary>
internal static class ModelSource
{
    /// <summary>The directory or hub name that the loader takes.</summary>
    public static string Resolve(string setting, string miniDirectory) =>
        string.Equals(setting, MiniModels.Name, StringComparison.OrdinalIgnoreCase) ? miniDirectory : setting;

    /// <summary>What is wrong with a setting as far as can be seen without opening anything; null for nothing.</summary>
    public static string? Problem(string name, string? setting)
    {
        if (string.IsNullOrWhiteSpace(setting))
        {
            return $"{name} must be '{MiniModels.Name}', a model directory or a name on the Hugging Face hub, but is blank.";
        }

        return string.Equals(setting, MiniModels.Name, StringComparison.OrdinalIgnoreCase) || Directory.Exists(setting) || IsHubName(setting)
            ? null
            : $"{name} must be '{MiniModels.Name}', a model directory or a name on the Hugging Face hub, but '{setting}' is no directory (looked for '{Path.GetFullPath(setting)}') and no name like 'owner/model'.";
    }

    private static bool IsHubName(string setting) =>
        setting.Split('/') is [{ Length: > 0 } owner, { Length: > 0 }] && owner is not ("." or ".." or "~") && !setting.Contains('\\', StringComparison.Ordinal);
}
