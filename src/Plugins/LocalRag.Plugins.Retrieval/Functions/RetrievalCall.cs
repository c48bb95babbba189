using System.Globalization;
using System.Linq.Expressions;
using System.Text.Json;
using Microsoft.SemanticKernel;

namespace LocalRag.Plugins.Retrieval;

/// <summary>Reads the arguments of one call, as prompts and models write them, and retrieves.</summary>
internal sealed class RetrievalCall<TRecord>
    where TRecord : class
{
    private const string Query = "query", OtherWordings = "other_wordings", Count = "count";

    private readonly Retriever<TRecord> _retriever;
    private readonly IReadOnlyList<SearchFilterParameter<TRecord>> _filters;
    private readonly int _maxCount;

    public RetrievalCall(Retriever<TRecord> retriever, IReadOnlyList<SearchFilterParameter<TRecord>> filters, int maxCount)
    {
        (_retriever, _filters, _maxCount) = (retriever, filters, maxCount);
        if (filters.Select(f => f.Name).Concat([Query, OtherWordings, Count]).GroupBy(n => n, StringComparer.OrdinalIgnoreCase).FirstOrDefault(g => g.Count() > 1) is { } twice)
        {
            throw new ArgumentException($"Two parameters are named '{twice.Key}'. Give each filter a name of its own, and none of '{Query}', '{OtherWordings}', '{Count}'.", nameof(filters));
        }

        Parameters =
        [
            new(Query) { Description = "The question, as a full sentence.", IsRequired = true, ParameterType = typeof(string) },
            new(OtherWordings) { Description = "Up to four other wordings of the question, to find what its own words miss.", IsRequired = false, ParameterType = typeof(string[]) },
            new(Count) { Description = $"How many passages to return, 1 to {maxCount}.", IsRequired = false, ParameterType = typeof(int) },
            .. filters.Select(f => new KernelParameterMetadata(f.Name) { Description = f.Description, IsRequired = false, ParameterType = typeof(string) }),
        ];
    }

    public IReadOnlyList<KernelParameterMetadata> Parameters { get; }

    public Task<RetrievalResult<TRecord>> RunAsync(KernelArguments arguments, CancellationToken cancellationToken)
    {
        string query = Text(arguments, Query) is { } text && !string.IsNullOrWhiteSpace(text)
            ? text
            : throw new ArgumentException($"The argument '{Query}' is missing or blank: say what to search for.");
        var options = new RetrievalOptions<TRecord>
        {
            AdditionalQueries = Wordings(arguments),
            Top = Number(arguments),
            Filter = Filter(arguments),
        };
        return _retriever.RetrieveAsync(query, options, cancellationToken);
    }

    private int? Number(KernelArguments arguments)
    {
        if (Text(arguments, Count) is not { } text)
        {
            return null;
        }

        return int.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out int count) && count >= 1
            ? Math.Min(count, _maxCount)
            : throw new ArgumentException($"The argument '{Count}' must be a number from 1 to {_maxCount}, but is '{text}'.");
    }

    private static IReadOnlyList<string> Wordings(KernelArguments arguments)
    {
        if (!arguments.TryGetValue(OtherWordings, out object? value))
        {
            return [];
        }

        IEnumerable<string?> wordings = value switch
        {
            null => [],
            JsonElement { ValueKind: JsonValueKind.Array } array => array.EnumerateArray().Select(e => e.ToString()),
            string one => one.Split('\n'),
            IEnumerable<object?> many => many.Select(o => o?.ToString()),
            _ => [value.ToString()],
        };
        return [.. wordings.OfType<string>().Select(w => w.Trim()).Where(w => w.Length > 0).Distinct().Take(4)];
    }

    private Expression<Func<TRecord, bool>>? Filter(KernelArguments arguments)
    {
        Expression<Func<TRecord, bool>>? all = null;
        foreach (var parameter in _filters)
        {
            if (Text(arguments, parameter.Name) is { Length: > 0 } value)
            {
                var filter = parameter.ToFilter(value);
                all = all is null ? filter : Both(all, filter);
            }
        }

        return all;
    }

    // One lambda over one parameter, so that stores can translate it.
    private static Expression<Func<TRecord, bool>> Both(Expression<Func<TRecord, bool>> first, Expression<Func<TRecord, bool>> second)
    {
        var body = new Replace(second.Parameters[0], first.Parameters[0]).Visit(second.Body);
        return Expression.Lambda<Func<TRecord, bool>>(Expression.AndAlso(first.Body, body), first.Parameters[0]);
    }

    private static string? Text(KernelArguments arguments, string name) =>
        arguments.TryGetValue(name, out object? value) && value is not (null or JsonElement { ValueKind: JsonValueKind.Null })
            ? Convert.ToString(value, CultureInfo.InvariantCulture)
            : null;

    private sealed class Replace(ParameterExpression from, ParameterExpression to) : ExpressionVisitor
    {
        protected override Expression VisitParameter(ParameterExpression node) => node == from ? to : base.VisitParameter(node);
    }
}
