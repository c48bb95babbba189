using System.Collections;
using System.Diagnostics.CodeAnalysis;
using System.Linq.Expressions;
using System.Reflection;

namespace LocalRag.Connectors.InMemory;

/// <summary>Turns a filter over records into one over columns, with its constants taken out, so that it can be compiled once and reused.</summary>
internal sealed class FilterRewriter(FilterBinding binding, LambdaExpression filter) : ExpressionVisitor
{
    private static readonly PropertyInfo ColumnsProperty = typeof(FilterContext).GetProperty(nameof(FilterContext.Columns))!;
    private static readonly PropertyInfo ConstantsProperty = typeof(FilterContext).GetProperty(nameof(FilterContext.Constants))!;
    private static readonly PropertyInfo MaterializeProperty = typeof(FilterContext).GetProperty(nameof(FilterContext.Materialize))!;
    private static readonly PropertyInfo ValuesProperty = typeof(FilterConstants).GetProperty(nameof(FilterConstants.Values))!;
    private static readonly MethodInfo GetMethod = typeof(FilterConstants).GetMethod(nameof(FilterConstants.Get))!;

    private static readonly Type[] Lists = [typeof(HashSet<>), typeof(IReadOnlyList<>), typeof(IReadOnlyCollection<>), typeof(IList<>), typeof(ICollection<>)];

    private readonly ParameterExpression _record = filter.Parameters[0];
    private readonly RecordFreeParts _recordFree = new(filter.Body);
    private readonly Dictionary<Expression, int> _reads = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<Expression, int> _slots = new(ReferenceEqualityComparer.Instance);
    private readonly List<object?> _captured = [];
    private readonly List<Expression?> _computations = [];
    private bool _computing;

    public ParameterExpression Context { get; } = Expression.Parameter(typeof(FilterContext), "context");

    public ParameterExpression Row { get; } = Expression.Parameter(typeof(int), "row");

    /// <summary>What the computations read.</summary>
    public ParameterExpression Constants { get; } = Expression.Parameter(typeof(FilterConstants), "constants");

    /// <summary>Per slot: the value that the filter brings along.</summary>
    public IReadOnlyList<object?> Captured => _captured;

    /// <summary>Per slot: how it is computed from the captured ones; null for those.</summary>
    public IReadOnlyList<Expression?> Computations => _computations;

    internal static MethodInfo AreEqual { get; } = ((Func<object?, object?, bool>)FilterFunctions.AreEqual).Method;

    /// <summary>The column that a rewritten node reads, seen through conversions that keep the value; -1 for other nodes.</summary>
    public int ColumnOf(Expression node) => Find(_reads, node);

    /// <summary>The constant that a rewritten node stands for, seen through conversions that keep the value; -1 for other nodes.</summary>
    public int SlotOf(Expression node) => Find(_slots, node);

    [return: NotNullIfNotNull(nameof(node))]
    public override Expression? Visit(Expression? node) =>
        // Only values that nobody can change are shared by all records: a new StringBuilder in a filter is one per record.
        node is not null && PropertyTypes.IsScalar(Nullable.GetUnderlyingType(node.Type) ?? node.Type) && IsComputed(node) ? Compute(node) : base.Visit(node);

    protected override Expression VisitParameter(ParameterExpression node) => node == _record ? Materialize() : node;

    // How strings are compared is part of the code: an index answers some ways and not others.
    protected override Expression VisitConstant(ConstantExpression node) => node.Type == typeof(StringComparison) ? node : Slot(node.Value, node.Type);

    protected override Expression VisitMember(MemberExpression node)
    {
        if (node.Expression is { } target && Unwrap(target) == _record)
        {
            if (binding.Knows(node.Member.Name) || node.Member is not PropertyInfo { CanWrite: false })
                return Bind(node.Member.Name, node.Type) ?? Expression.MakeMemberAccess(Materialize(), node.Member);
            // A computed property needs the record itself.
            return Expression.MakeMemberAccess(Materialize(), node.Member);
        }

        return TryRead(node, out var value) ? Slot(value, node.Type) : base.VisitMember(node);
    }

    protected override Expression VisitUnary(UnaryExpression node)
    {
        // Dictionary records: a cast reads the column typed, without boxing.
        if (node.NodeType == ExpressionType.Convert && node.Method is null && IndexedName(node.Operand) is { } name && Bind(name, null) is { } typed)
        {
            if (typed.Type == node.Type)
                return typed;
            var converted = Nullable.GetUnderlyingType(node.Type) == typed.Type || node.Type == typeof(object)
                ? Expression.Convert(typed, node.Type)
                : Expression.Convert(Expression.Convert(typed, typeof(object)), node.Type);
            return converted;
        }

        return base.VisitUnary(node);
    }

    protected override Expression VisitMethodCall(MethodCallExpression node)
    {
        if (IndexedName(node) is { } name && Bind(name, null) is { } value)
            return Expression.Convert(value, typeof(object));
        if (TryRewriteSpanContains(node) is { } contains)
            return contains;
        return node switch
        {
            { Method.Name: nameof(Enumerable.Contains), Object: null, Arguments: [var source, var item] } when node.Method.DeclaringType == typeof(Enumerable) =>
                node.Update(null, [VisitList(source), Visit(item)]),
            { Method.Name: nameof(Enumerable.Contains), Object: { } list, Arguments: [var item] } => node.Update(VisitList(list), [Visit(item)]),
            _ => base.VisitMethodCall(node),
        };
    }

    protected override Expression VisitBinary(BinaryExpression node)
    {
        // The zero of a string comparison is part of the code: only against zero does it say which string comes first.
        if (node.Right is ConstantExpression { Value: 0 } && node.Left is MethodCallExpression { Method: var comparesLeft } && TextComparisons.IsComparison(comparesLeft))
            return node.Update(Visit(node.Left), node.Conversion, node.Right);
        if (node.Left is ConstantExpression { Value: 0 } && node.Right is MethodCallExpression { Method: var comparesRight } && TextComparisons.IsComparison(comparesRight))
            return node.Update(node.Left, node.Conversion, Visit(node.Right));
        if (node.NodeType is ExpressionType.Equal or ExpressionType.NotEqual && node.Method is null && !node.Left.Type.IsValueType && !node.Right.Type.IsValueType
            && (ReadsProperty(node.Left) || ReadsProperty(node.Right)))
        {
            var (left, right) = (Visit(node.Left), Visit(node.Right));
            Expression equal = Expression.Equal(Expression.Convert(left, typeof(object)), Expression.Convert(right, typeof(object)), false, AreEqual);
            return node.NodeType == ExpressionType.Equal ? equal : Expression.Not(equal);
        }

        return base.VisitBinary(node);
    }

    private static int Find(Dictionary<Expression, int> numbers, Expression node)
    {
        int number;
        while (!numbers.TryGetValue(node, out number))
        {
            switch (node)
            {
                case UnaryExpression { NodeType: ExpressionType.Convert or ExpressionType.ConvertChecked, Method: null } convert when WideningConversions.KeepsValue(convert.Operand.Type, node.Type):
                    node = convert.Operand;
                    break;
                case MemberExpression { Member.Name: nameof(Nullable<>.Value), Expression: { } nullable } when Nullable.GetUnderlyingType(nullable.Type) == node.Type:
                    node = nullable;
                    break;
                default:
                    return -1;
            }
        }

        return number;
    }

    private static Expression Unwrap(Expression node)
    {
        while (node is UnaryExpression { NodeType: ExpressionType.Convert, Method: null } convert)
            node = convert.Operand;
        return node;
    }

    private bool ReadsProperty(Expression node) =>
        IndexedName(Unwrap(node)) is not null || (Unwrap(node) is MemberExpression { Expression: { } target } && Unwrap(target) == _record);

    /// <summary>The key of <c>r["key"]</c> on a dictionary record.</summary>
    private string? IndexedName(Expression node) =>
        node is MethodCallExpression { Method.Name: "get_Item", Object: { } target, Arguments: [var key] } && Unwrap(target) == _record && _recordFree.Contains(key)
            ? Evaluate(key) as string
            : null;

    /// <summary>Which column is read decides the code, so its name is needed before any record is; one that fails is left to fail where it is reached.</summary>
    private static object? Evaluate(Expression key)
    {
        if (TryRead(key, out var value))
            return value;
        try
        {
            return Expression.Lambda<Func<object?>>(Expression.Convert(key, typeof(object))).Compile(preferInterpretation: true)();
        }
        catch (Exception)
        {
            return null;
        }
    }

    /// <summary>A typed read of a property's column; null where the property is no column, or a column of another container type.</summary>
    private Expression? Bind(string name, Type? type)
    {
        var index = binding.Find(name);
        if (index < 0)
            return null;
        var column = binding.Columns[index];
        var read = column.Read(Expression.ArrayIndex(Expression.Property(Context, ColumnsProperty), Expression.Constant(index)), Row);
        _reads[read] = index;
        if (type is null || read.Type == type)
            return read;
        return PropertyTypes.ElementType(type) is null ? Expression.Convert(read, type) : null;
    }

    private UnaryExpression Materialize() =>
        Expression.Convert(Expression.Invoke(Expression.Property(Context, MaterializeProperty), Row), _record.Type);

    /// <summary>The list of a <c>Contains</c>, which only reads it; built once, not per record. A mere sequence may be one that can be read but once.</summary>
    private Expression VisitList(Expression node) =>
        (typeof(IList).IsAssignableFrom(node.Type) || (node.Type.IsGenericType && Lists.Contains(node.Type.GetGenericTypeDefinition()))) && IsComputed(node)
            ? Compute(node)
            : Visit(node);

    private bool IsComputed(Expression node) => !_computing && _recordFree.Contains(node) && !TryRead(node, out _);

    private Expression Compute(Expression node)
    {
        _computing = true;
        var computation = base.Visit(node);
        _computing = false;
        _captured.Add(null);
        _computations.Add(computation);
        return Read(Expression.Call(Expression.Property(Context, ConstantsProperty), GetMethod, Expression.Constant(_captured.Count - 1)), node.Type);
    }

    private Expression Slot(object? value, Type type)
    {
        _captured.Add(value);
        _computations.Add(null);
        var constants = _computing ? (Expression)Constants : Expression.Property(Context, ConstantsProperty);
        return Read(Expression.ArrayIndex(Expression.Property(constants, ValuesProperty), Expression.Constant(_captured.Count - 1)), type);
    }

    private Expression Read(Expression read, Type type)
    {
        var node = type == typeof(object) ? read : Expression.Convert(read, type);
        _slots[node] = _captured.Count - 1;
        return node;
    }

    /// <summary>Reads constants, captured variables and their fields, which cannot fail; members of null are left to fail where they are reached.</summary>
    private static bool TryRead(Expression node, out object? value)
    {
        value = (node as ConstantExpression)?.Value;
        if (node is not MemberExpression { Member: FieldInfo field, Expression: { } owner })
            return node is ConstantExpression;
        if (!TryRead(owner, out var target) || target is null)
            return false;
        value = field.GetValue(target);
        return true;
    }

    /// <summary>C# 14 resolves <c>array.Contains(x)</c> to a span method, which an interpreted expression cannot run.</summary>
    [UnconditionalSuppressMessage("AOT", "IL3050", Justification = "The element type comes from the expression's own instantiation.")]
    [UnconditionalSuppressMessage("Trimming", "IL2060", Justification = "Enumerable.Contains has no requirements on its type argument.")]
    private MethodCallExpression? TryRewriteSpanContains(MethodCallExpression node)
    {
        if (node.Method.Name != nameof(MemoryExtensions.Contains) || node.Method.DeclaringType != typeof(MemoryExtensions)
            || (node.Arguments.Count == 3 && node.Arguments[2] is not ConstantExpression { Value: null }))
            return null;
        var source = node.Arguments[0] switch
        {
            MethodCallExpression { Method.Name: "op_Implicit", Arguments: [var inner] } => inner,
            UnaryExpression { NodeType: ExpressionType.Convert, Operand: var inner } => inner,
            _ => null,
        };
        if (source is null)
            return null;
        var contains = ((Func<IEnumerable<object>, object, bool>)Enumerable.Contains).Method.GetGenericMethodDefinition()
            .MakeGenericMethod(node.Method.GetGenericArguments()[0]);
        return Expression.Call(contains, VisitList(source), Visit(node.Arguments[1]));
    }
}
