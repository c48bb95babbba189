using System.Linq.Expressions;

namespace LocalRag.Connectors.InMemory;

/// <summary>The values of one data or key property, one per row, append-only.</summary>
/// <remarks>One writer at a time; any number of readers of rows that were published before.</remarks>
internal abstract class Column
{
    /// <summary>Rows per segment; segments never move once full, so readers need no lock.</summary>
    protected const int SegmentShift = 12;
    protected const int SegmentRows = 1 << SegmentShift;

    /// <summary>The type that a row holds: the property's own, with enumerations boxed.</summary>
    public abstract Type ValueType { get; }

    public abstract object? GetBoxed(int row);

    public abstract void SetBoxed(int row, object? value);

    public abstract void SetDefault(int row);

    /// <summary>Makes room for rows below <paramref name="rows"/>.</summary>
    public abstract void EnsureCapacity(int rows);

    public abstract Column CreateEmpty();

    public abstract void CopyRow(Column source, int sourceRow, int row);

    /// <summary>An expression that reads one row, typed, for compiled filters.</summary>
    public abstract Expression Read(Expression column, Expression row);

    public abstract int Compare(int left, int right);
}
