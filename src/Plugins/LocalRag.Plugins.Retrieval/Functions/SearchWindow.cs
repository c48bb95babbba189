using System.Globalization;
using System.Text.Json;
using Microsoft.SemanticKernel;

namespace LocalRag.Plugins.Retrieval;

/// <summary>Widens count and skip of one call, so that the reranker sees enough, and puts them back afterwards.</summary>
/// <remarks>
/// The arguments belong to the caller, who may use them for the next call. Semantic Kernel's search functions keep the
/// count and skip of their first call for ever; since every call through here asks for the same window, that does no
/// harm up to <see cref="RerankingOptions.Candidates"/>.
/// </remarks>
internal readonly struct SearchWindow : IDisposable
{
    private readonly KernelArguments _arguments;
    private readonly RerankingFilterOptions _options;
    private readonly (bool Present, object? Value) _oldCount;
    private readonly (bool Present, object? Value) _oldSkip;
    private readonly bool _hasCount;
    private readonly bool _hasSkip;

    private SearchWindow(KernelArguments arguments, RerankingFilterOptions options, int count, int skip, bool hasCount, bool hasSkip)
    {
        (_arguments, _options, Count, Skip, _hasCount, _hasSkip) = (arguments, options, count, skip, hasCount, hasSkip);
        _oldCount = (arguments.TryGetValue(options.CountParameter, out var oldCount), oldCount);
        _oldSkip = (arguments.TryGetValue(options.SkipParameter, out var oldSkip), oldSkip);
        if (hasCount)
        {
            arguments[options.CountParameter] = Math.Max(options.Candidates, (int)Math.Min((long)skip + count, int.MaxValue));
        }

        if (hasSkip)
        {
            arguments[options.SkipParameter] = 0;
        }
    }

    /// <summary>How many results the caller wants.</summary>
    public int Count { get; }

    /// <summary>How many results the caller wants to leave out in front.</summary>
    public int Skip { get; }

    /// <summary>Widens the arguments; false where count or skip is not a number that makes sense, which the function itself should tell.</summary>
    public static bool TryOpen(KernelFunction function, KernelArguments arguments, RerankingFilterOptions options, out SearchWindow window)
    {
        bool hasCount = function.Metadata.Parameters.Any(p => p.Name == options.CountParameter);
        bool hasSkip = hasCount && function.Metadata.Parameters.Any(p => p.Name == options.SkipParameter);
        int count = options.Top, skip = 0;
        if ((hasCount && !TryRead(arguments, options.CountParameter, ref count)) ||
            (hasSkip && !TryRead(arguments, options.SkipParameter, ref skip)) ||
            count < 1 || skip < 0)
        {
            window = default;
            return false;
        }

        window = new SearchWindow(arguments, options, count, skip, hasCount, hasSkip);
        return true;
    }

    /// <summary>Restores the arguments.</summary>
    public void Dispose()
    {
        if (_hasCount)
        {
            Restore(_options.CountParameter, _oldCount);
        }

        if (_hasSkip)
        {
            Restore(_options.SkipParameter, _oldSkip);
        }
    }

    private void Restore(string name, (bool Present, object? Value) old)
    {
        if (old.Present)
        {
            _arguments[name] = old.Value;
        }
        else
        {
            _arguments.Remove(name);
        }
    }

    /// <summary>Reads a number as models and prompts write it: as number, text or JSON. Absent keeps the default.</summary>
    private static bool TryRead(KernelArguments arguments, string name, ref int value)
    {
        if (!arguments.TryGetValue(name, out object? given) || given is null)
        {
            return true;
        }

        string? text = given is JsonElement { ValueKind: JsonValueKind.String } json ? json.GetString() : Convert.ToString(given, CultureInfo.InvariantCulture);
        return int.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out value);
    }
}
