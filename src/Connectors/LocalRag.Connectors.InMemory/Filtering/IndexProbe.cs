using System.Linq.Expressions;

namespace LocalRag.Connectors.InMemory;

/// <summary>One condition of a filter that an index can answer.</summary>
/// <param name="Column">The column, as numbered in <see cref="Table.FilterColumns"/>.</param>
/// <param name="Operator">Equal, a comparison with the column on its left, or <see cref="ExpressionType.Call"/> for "one of".</param>
/// <param name="Slot">The constant on the other side.</param>
internal readonly record struct IndexProbe(int Column, ExpressionType Operator, int Slot);
