using System.Collections;
using System.Collections.Immutable;
using System.Collections.ObjectModel;
using System.Reflection;

namespace LocalRag.Connectors.InMemory;

/// <summary>A column is an element of a list.</summary>
internal sealed class OneOfCondition(int column, int slot) : IndexCondition
{
    private static readonly Type[] Containers =
    [
        typeof(ICollection<>), typeof(IReadOnlySet<>), typeof(List<>), typeof(HashSet<>), typeof(Collection<>), typeof(ReadOnlyCollection<>), typeof(ImmutableArray<>), typeof(ImmutableList<>),
    ];

    /// <summary>A Contains that looks for an element; others may mean anything, such as a key.</summary>
    public static bool ComparesItems(MethodInfo contains) =>
        contains.DeclaringType is { IsGenericType: true } type ? Containers.Contains(type.GetGenericTypeDefinition()) : contains.DeclaringType == typeof(IList);

    public override ReadOnlyMemory<int>? Find(IndexSearch search, int limit)
    {
        if (search.Constants.Get(slot) is not IEnumerable list || !ComparesByDefault(list))
            return null;
        var union = new HashSet<int>();
        foreach (var value in list)
        {
            if (search.Equal(column, value) is not { } rows || rows.Length > limit)
                return null;
            foreach (var row in rows.Span)
                union.Add(row);
            if (union.Count > limit)
                return null;
        }

        return union.ToArray();
    }

    /// <summary>Whether Contains means that an element is equal: lists know no other way, sets may have a comparer, of anything else one cannot know.</summary>
    private static bool ComparesByDefault(IEnumerable list) =>
        list is IList
        || (list.GetType() is { IsGenericType: true } type && type.GetGenericTypeDefinition() == typeof(HashSet<>)
            && type.GetGenericArguments()[0] is { IsEnum: false } element && PropertyTypes.IsScalar(Nullable.GetUnderlyingType(element) ?? element)
            && PropertyTypes.Visit<SetVisitor, bool>(element, new SetVisitor(list)));

    private readonly struct SetVisitor(IEnumerable set) : ITypeVisitor<bool>
    {
        public bool Scalar<T>() => set is HashSet<T> { Comparer: var comparer } && (comparer == EqualityComparer<T>.Default || comparer == (object)StringComparer.Ordinal);

        public bool Array<T>() => false;

        public bool List<T>() => false;

        public bool Boxed() => false;
    }
}
