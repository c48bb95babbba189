namespace LocalRag.Connectors.InMemory;

/// <summary>What a compiled filter reads: the columns of a snapshot, the constants of this search, and whole records where it must.</summary>
internal sealed record FilterContext(Column[] Columns, FilterConstants Constants, Func<int, object> Materialize);

/// <summary>A compiled filter.</summary>
internal delegate bool RowPredicate(FilterContext context, int row);
