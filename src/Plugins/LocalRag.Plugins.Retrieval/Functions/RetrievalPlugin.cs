using System.Globalization;
using Microsoft.Extensions.AI;
using Microsoft.SemanticKernel;

namespace LocalRag.Plugins.Retrieval;

/// <summary>Makes a plug-in out of a <see cref="Retriever{TRecord}"/>, for prompts, kernels and agents.</summary>
/// <remarks>
/// <c>search</c> returns the passages as text for a prompt (see <see cref="PromptContext"/>), <c>find</c> as a list of
/// <see cref="RetrievedPassage"/>. Both take the question, optionally other wordings of it, a count and the
/// declared filters. Each call reads its own arguments: unlike Semantic Kernel's search functions these do not keep those of
/// the first call. They rerank on their own, so the reranking filter leaves them alone, and they do so as a plain
/// <c>AIFunction</c> too. The metadata of a result holds the <see cref="RetrievalResult{TRecord}"/> under <see cref="ResultKey"/>.
/// </remarks>
public static class RetrievalPlugin
{
    /// <summary>The metadata key of the full retrieval result.</summary>
    public const string ResultKey = "LocalRag.RetrievalResult";

    /// <summary>Creates the plug-in.</summary>
    /// <typeparam name="TRecord">The record type.</typeparam>
    /// <param name="retriever">Answers the calls.</param>
    /// <param name="options">Names, descriptions, filters; null for the defaults.</param>
    /// <returns>A plug-in with the functions <c>search</c> and <c>find</c>.</returns>
    /// <exception cref="ArgumentException">The options make no sense.</exception>
    public static KernelPlugin Create<TRecord>(Retriever<TRecord> retriever, RetrievalPluginOptions<TRecord>? options = null)
        where TRecord : class
    {
        ArgumentNullException.ThrowIfNull(retriever);
        options ??= new RetrievalPluginOptions<TRecord>();
        if (options.MaxCount is < 1 or > 10_000)
        {
            throw new ArgumentException($"{nameof(options.MaxCount)} must be 1 to 10000, but is {options.MaxCount}.", nameof(options));
        }

        var call = new RetrievalCall<TRecord>(retriever, [.. options.Filters], options.MaxCount);
        var context = options.Context;
        var source = RecordSource.Of<TRecord>();
        return KernelPluginFactory.CreateFromFunctions(options.PluginName, options.Description,
        [
            Function("search", options.Description, call.Parameters, "Numbered passages; cite them by their ids in square brackets.", typeof(string), call,
                result => PromptContext.Create(result.Hits, context).Text),
            Function("find", options.Description, call.Parameters, "The passages, best first.", typeof(List<RetrievedPassage>), call,
                result => result.Hits.Select(hit => ToPassage(hit, source(hit.Record))).ToList()),
        ]);
    }

    /// <summary>Creates the same functions as tools for Microsoft.Extensions.AI and Agent Framework.</summary>
    /// <remarks>
    /// They bring a kernel of their own. A function of a kernel plug-in without one fails where a chat client or an agent was built
    /// without a service provider, since Semantic Kernel then makes a kernel from a provider that knows no lists of services.
    /// </remarks>
    /// <typeparam name="TRecord">The record type.</typeparam>
    /// <param name="retriever">Answers the calls.</param>
    /// <param name="options">Names, descriptions, filters; null for the defaults.</param>
    /// <returns>The tools <c>search</c> and <c>find</c>, their names preceded by that of the plug-in.</returns>
    /// <exception cref="ArgumentException">The options make no sense.</exception>
    public static IReadOnlyList<AIFunction> CreateTools<TRecord>(Retriever<TRecord> retriever, RetrievalPluginOptions<TRecord>? options = null)
        where TRecord : class
    {
        var kernel = new Kernel();
        return [.. Create(retriever, options).Select(function => function.WithKernel(kernel))];
    }

    private static KernelFunction Function<TRecord>(
        string name, string description, IReadOnlyList<KernelParameterMetadata> parameters, string returns, Type returnType,
        RetrievalCall<TRecord> call, Func<RetrievalResult<TRecord>, object> render)
        where TRecord : class
    {
        var options = new KernelFunctionFromMethodOptions
        {
            FunctionName = name,
            Description = description,
            Parameters = parameters,
            ReturnParameter = new KernelReturnParameterMetadata { Description = returns, ParameterType = returnType },
        };
        return KernelFunctionFactory.CreateFromMethod(
            async (KernelFunction function, KernelArguments arguments, CancellationToken cancellationToken) =>
            {
                var result = await call.RunAsync(arguments, cancellationToken).ConfigureAwait(false);
                return new FunctionResult(function, render(result), CultureInfo.InvariantCulture, new Dictionary<string, object?> { [ResultKey] = result });
            },
            options);
    }

    private static RetrievedPassage ToPassage<TRecord>(RetrievalHit<TRecord> hit, (string? Title, string? Source) source)
        where TRecord : class =>
        new(hit.Rank + 1, Convert.ToString(hit.Key, CultureInfo.InvariantCulture) ?? "", hit.Text, source.Title, source.Source,
            hit.RankBefore, (hit.Fused ?? hit.Vector)?.Score, hit.Rerank?.Score);
}
