using Microsoft.Extensions.Options;

namespace LocalRag;

/// <summary>Reports every problem of the settings at once.</summary>
internal sealed class ValidateLocalRagOptions : IValidateOptions<LocalRagOptions>
{
    public ValidateOptionsResult Validate(string? name, LocalRagOptions options)
    {
        string[] problems = [.. options.Problems().Select(problem => $"LocalRag: {problem}")];
        return problems.Length == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);
    }
}
