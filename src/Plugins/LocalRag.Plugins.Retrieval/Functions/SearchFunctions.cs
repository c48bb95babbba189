using Microsoft.SemanticKernel;
using Microsoft.SemanticKernel.Data;

namespace LocalRag.Plugins.Retrieval;

/// <summary>Tells which functions of a kernel return search results that may be reranked.</summary>
internal sealed class SearchFunctions(RerankingFilterOptions options)
{
    private readonly HashSet<string> _include = new(options.Include, StringComparer.OrdinalIgnoreCase);
    private readonly HashSet<string> _exclude = new(options.Exclude, StringComparer.OrdinalIgnoreCase);

    public bool Contains(KernelFunction function) =>
        !Names(_exclude, function) && (Names(_include, function) || !options.IncludedOnly && DeclaresSearchResults(function));

    // Semantic Kernel's factories declare this type, while at run time the functions return a List<T>.
    private static bool DeclaresSearchResults(KernelFunction function) =>
        function.Metadata.ReturnParameter.ParameterType is { IsGenericType: true } type && type.GetGenericTypeDefinition() == typeof(KernelSearchResults<>);

    private static bool Names(HashSet<string> names, KernelFunction function) =>
        names.Count > 0 &&
        (names.Contains(function.Name) || function.PluginName is { } plugin && (names.Contains(plugin) || names.Contains($"{plugin}.{function.Name}")));
}
