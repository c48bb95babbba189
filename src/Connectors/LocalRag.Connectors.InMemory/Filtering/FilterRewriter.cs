using System.Diagnostics.CodeAnalysis;
using System.Linq.Expressions;
using System.Reflection;

namespace LocalRag.Connectors.InMemory;

/// <summary>Turns a filter over records into one over columns, with its constants taken out, so that it can be compiled once and reused.</summary>
internal sealed class FilterRewriter(FilterBinding binding, ParameterExpression record) : ExpressionVisitor
{
    private static readonly PropertyInfo ColumnsProperty = typeof(FilterContext).GetProperty(nameof(FilterContext.Columns))!;
    private static readonly PropertyInfo ConstantsProperty = typeof(FilterContext).GetProperty(nameof(FilterContext.Constants))!;
    private static readonly PropertyInfo MaterializeProperty = typeof(FilterContext).GetProperty(nameof(FilterContext.Materialize))!;
    private static readonly MethodInfo AreEqual = ((Func<object?, object?, bool>)FilterFunctions.AreEqual).Method;

    private readonly Dictionary<Expression, int> _reads = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<Expression, int> _slots = new(ReferenceEqualityComparer.Instance);

    public ParameterExpression Context { get; } = Expression.Parameter(typeof(FilterContext), "context");

    public ParameterExpression Row { get; } = Expression.Parameter(typeof(int), "row");

    public List<object?> Constants { get; } = [];

    /// <summary>The column that a rewritten node reads, seen through conversions that keep the value; -1 for other nodes.</summary>
    public int ColumnOf(Expression node) => Find(_reads, node);

    /// <summary>The constant that a rewritten node stands for, seen through conversions that keep the value; -1 for other nodes.</summary>
    public int SlotOf(Expression node) => Find(_slots, node);

    protected override Expression VisitParameter(ParameterExpression node) => node == record ? Materialize() : node;

    protected override Expression VisitConstant(ConstantExpression node) => Slot(node.Value, node.Type);

    protected override Expression VisitMember(MemberExpression node)
    {
        if (node.Expression is { } target && Unwrap(target) == record)
        {
            if (binding.Knows(node.Member.Name) || node.Member is not PropertyInfo { CanWrite: false })
                return Bind(node.Member.Name, node.Type) ?? Expression.MakeMemberAccess(Materialize(), node.Member);
            // A computed property needs the record itself.
            return Expression.MakeMemberAccess(Materialize(), node.Member);
        }

        return TryEvaluate(node, out var value) ? Slot(value, node.Type) : base.VisitMember(node);
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
        return base.VisitMethodCall(node);
    }

    protected override Expression VisitBinary(BinaryExpression node)
    {
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
        IndexedName(Unwrap(node)) is not null || (Unwrap(node) is MemberExpression { Expression: { } target } && Unwrap(target) == record);

    /// <summary>The key of <c>r["key"]</c> on a dictionary record.</summary>
    private string? IndexedName(Expression node) =>
        node is MethodCallExpression { Method.Name: "get_Item", Object: { } target, Arguments: [var key] } && Unwrap(target) == record
        && (key is ConstantExpression { Value: string constant } ? constant : TryEvaluate(key, out var value) ? value as string : null) is { } name
            ? name
            : null;

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
        Expression.Convert(Expression.Invoke(Expression.Property(Context, MaterializeProperty), Row), record.Type);

    private Expression Slot(object? value, Type type)
    {
        Constants.Add(value);
        var read = Expression.ArrayIndex(Expression.Property(Context, ConstantsProperty), Expression.Constant(Constants.Count - 1));
        Expression node = type == typeof(object) ? read : Expression.Convert(read, type);
        _slots[node] = Constants.Count - 1;
        _slots[read] = Constants.Count - 1;
        return node;
    }

    /// <summary>Reads captured variables, fields and static members at once; members of null are left to fail where they are reached.</summary>
    private static bool TryEvaluate(Expression node, out object? value)
    {
        value = null;
        if (node is ConstantExpression constant)
        {
            value = constant.Value;
            return true;
        }

        if (node is not MemberExpression member)
            return false;
        object? target = null;
        if (member.Expression is not null && (!TryEvaluate(member.Expression, out target) || target is null))
            return false;
        value = member.Member is FieldInfo field ? field.GetValue(target) : ((PropertyInfo)member.Member).GetValue(target);
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
        return Expression.Call(contains, Visit(source), Visit(node.Arguments[1]));
    }
}
