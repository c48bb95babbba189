using System.Globalization;
using System.Linq.Expressions;
using CsCheck;
using Microsoft.Extensions.VectorData;

namespace LocalRag.Connectors.InMemory.Tests.Filtering;

/// <summary>Filters of random conditions, joined at random, say about every row what LINQ says; an index may only leave out rows that do not match.</summary>
public class FilterPropertyTests
{
    private const int Sorted = 5000, Rows = 5400;

    // Code units, code points and cultures put these in different orders.
    private static readonly string?[] Texts =
        [null, "", "a", "B", "b", "ab", "aB", "a\u00ADb", "\u00E9", "e\u0301", "\uD83D\uDE00", "\uFB00", "\uFFFF", "\uFFFF\uFFFF", "a\uFFFF", "a\uFFFFb", "zz", "\0", "-a", "a-"];

    private static readonly Sample[] Samples = [.. Enumerable.Range(0, Rows).Select(Sample.Create)];
    private static readonly (FilterCompiler Compiler, Table Table) Store = Build();

#pragma warning disable CA1309, CA1310, CA2251 // Every way to compare is what is tested, not one chosen.
    private static readonly Gen<string?> Text = OneOf(Texts);
    private static readonly Gen<int> Number = Gen.Int[-3, 23];
    private static readonly Gen<int?> Maybe = Number.Select(n => n % 4 == 0 ? null : (int?)n);
    private static readonly Gen<double> Real = Gen.OneOf(OneOf(double.NaN, double.NegativeInfinity, -0.0, 0.5), Number.Select(n => (double)n));
    private static readonly Gen<Holder?> Held = Gen.Select(Gen.Int[0, 3], Text, Maybe, (kind, text, maybe) => kind == 0 ? null : new Holder { Text = text, Maybe = maybe });

    private static readonly Gen<Expression<Func<Sample, bool>>> Condition = Gen.OneOf(
        Gen.Select(Number, Number).SelectMany((a, b) => Conditions(
            r => r.Number == a, r => r.Number != a + b, r => r.Number > a - b, r => !(a >= r.Number), r => (long)r.Number <= a * b, r => r.Number == a / b,
            r => r.Day == (DayOfWeek)a, r => (int)r.Day < b, r => r.Number.Equals(a), r => new[] { a, b, a + b }.Contains(r.Number), r => !new List<int> { a, b }.Contains(r.Number),
            r => r.Plain == a % 5, r => a < b, r => r.Flag == (a > b), r => (byte)r.Number == a, r => r.Key == a * 50, r => r.Key != a, r => r.Real == a)),
        Gen.Select(Maybe, Maybe).SelectMany((a, b) => Conditions(
            r => r.Maybe == a, r => r.Maybe != a, r => r.Maybe > a, r => !(r.Maybe <= a), r => r.Maybe >= a + b, r => r.Maybe == a!.Value, r => r.Maybe.HasValue && r.Maybe.Value < a, r => r.Maybe == null,
            r => !r.Maybe.HasValue, r => a == null || r.Maybe == a, r => a.HasValue && r.Number > a.Value, r => new[] { a, b }.Contains(r.Maybe), r => r.Maybe!.Value == a, r => r.Maybe == (a ?? b), r => r.Maybe.Equals(a))),
        Gen.Select(Text, Text).SelectMany((a, b) => Conditions(
            r => r.Text == a, r => a != r.Text, r => string.CompareOrdinal(r.Text, a) < 0, r => string.CompareOrdinal(r.Text, a) >= 0, r => 0 < string.CompareOrdinal(a, r.Text), r => !(string.CompareOrdinal(a, r.Text) <= 0),
            r => string.Compare(r.Text, a, StringComparison.Ordinal) != 0, r => string.Compare(r.Text, a, StringComparison.Ordinal) == 0, r => string.CompareOrdinal(r.Text, a + b) <= 0, r => string.CompareOrdinal(r.Text, a) > 1,
            r => r.Text != null && r.Text.StartsWith(a!, StringComparison.Ordinal), r => r.Text!.StartsWith(a!, StringComparison.Ordinal), r => r.Text != null && r.Text.StartsWith(a![0]), r => r.Text!.Equals(a, StringComparison.Ordinal),
            r => string.Equals(r.Text, a), r => !string.Equals(r.Text, a + b, StringComparison.Ordinal), r => Equals(r.Text, a), r => new[] { a, b }.Contains(r.Text), r => new List<string?> { a, b }.Contains(r.Text),
            r => new HashSet<string?>(StringComparer.OrdinalIgnoreCase) { a, b }.Contains(r.Text), r => new HashSet<string?> { a, b }.Contains(r.Text), r => r.Text!.Length == a!.Length, r => r.Text == a!.Trim())),
        Text.SelectMany(a => Conditions(
            r => string.Compare(r.Text, a) < 0, r => string.Compare(r.Text, a) == 0, r => r.Text!.CompareTo(a) >= 0, r => string.Compare(r.Text, a, StringComparison.InvariantCulture) > 0,
            r => string.Compare(r.Text, a, StringComparison.OrdinalIgnoreCase) <= 0, r => r.Text!.StartsWith(a!), r => r.Text!.StartsWith(a!, StringComparison.OrdinalIgnoreCase), r => string.Equals(r.Text, a, StringComparison.OrdinalIgnoreCase))),
        Real.SelectMany(a => Conditions(r => r.Real == a, r => r.Real != a, r => r.Real < a, r => !(r.Real >= a), r => r.Real > a / 2, r => r.Number < a, r => r.Real.Equals(a), r => new[] { a }.Contains(r.Real))),
        Held.SelectMany(x => Conditions(
            r => x != null && r.Text == x.Text, r => r.Text == x!.Text, r => x == null || r.Maybe > x.Maybe, r => r.Maybe == x!.Maybe!.Value, r => x != null && x.Maybe != null && r.Number == x.Maybe.Value + 1,
            r => r.Number == Missing(x).Length, r => (x == null ? r.Number : -r.Number) > 3)),
        Gen.Bool.SelectMany(a => Conditions(r => r.Flag, r => !r.Flag, r => r.Flag == a, r => r.Flag != a, r => a, r => r.Flag ^ a)));
#pragma warning restore CA1309, CA1310, CA2251

    private static Gen<Expression<Func<Sample, bool>>> Filter { get; } = Joined(Joined(Joined(Condition)));

    [Fact]
    public void A_filter_says_of_every_row_what_LINQ_says()
    {
        var culture = CultureInfo.CurrentCulture;
        CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
        try
        {
            // Leaves the rows that follow to the unsorted tail.
            foreach (var index in Store.Table.Indexes)
                index?.Range(null, false, null, false, Sorted, 0);
            Gen.Select(Filter, OneOf(Rows, Sorted, 100), Gen.Double[0.05, 1]).Sample(
                (filter, rowCount, share) => Check(filter, rowCount, (int)(rowCount * share)), iter: 500, threads: 1, print: t => $"{t.Item1.Body}, {t.Item2} rows");
        }
        finally
        {
            CultureInfo.CurrentCulture = culture;
        }
    }

    private static void Check(Expression<Func<Sample, bool>> filter, int rowCount, int limit)
    {
        var compiled = filter.Compile();
        var (plan, constants) = Store.Compiler.Compile(filter);
        var candidates = plan.Candidates(Store.Table, rowCount, constants, limit);
        Assert.True(candidates is null || candidates.Length <= limit);
        Assert.Equal(candidates?.Distinct().Order(), candidates);
        Assert.All(candidates ?? [], row => Assert.InRange(row, 0, rowCount - 1));
        var context = new FilterContext(Store.Table.FilterColumns, constants, row => Samples[row]);
        var asked = candidates?.ToHashSet();
        for (var row = 0; row < rowCount; row++)
        {
            // A row that an index leaves out is not asked, so nothing can fail on it either.
            var expected = Outcome(() => compiled(Samples[row]));
            if (asked?.Contains(row) != false)
                Assert.Equal(expected, Outcome(() => plan.Predicate(context, row)));
            else if (expected == "True")
                Assert.Fail($"Row {row} matches and is no candidate.");
            // Exceptions are slow; a filter that fails on some rows is not asked about all.
            if (expected.EndsWith("Exception", StringComparison.Ordinal))
                row += 40;
        }
    }

    private static string Outcome(Func<bool> filter)
    {
        try
        {
            return filter().ToString();
        }
        catch (Exception error)
        {
            return error.GetType().Name;
        }
    }

    private static string Missing(Holder? holder) => holder?.Text ?? throw new InvalidOperationException("There is no text.");

    private static Gen<T> OneOf<T>(params T[] values) => Gen.Int[0, values.Length - 1].Select(i => values[i]);

    private static Gen<Expression<Func<Sample, bool>>> Conditions(params Expression<Func<Sample, bool>>[] conditions) => OneOf(conditions);

    private static Gen<Expression<Func<Sample, bool>>> Joined(Gen<Expression<Func<Sample, bool>>> filter) => Gen.OneOf(
        filter,
        filter.Select(f => Join((a, _) => Expression.Not(a), f, f)),
        Gen.Select(filter, filter, (f, g) => Join(Expression.AndAlso, f, g)),
        Gen.Select(filter, filter, (f, g) => Join(Expression.OrElse, f, g)),
        Gen.Select(filter, filter, (f, g) => Join(Expression.And, f, g)),
        Gen.Select(filter, filter, filter, (f, g, h) => Join((a, b) => Expression.Condition(a, b, h.Body), f, g, h)));

    private static Expression<Func<Sample, bool>> Join(Func<Expression, Expression, Expression> join, params Expression<Func<Sample, bool>>[] filters)
    {
        var record = filters[0].Parameters[0];
        return Expression.Lambda<Func<Sample, bool>>(new Renamed(record).Visit(join(filters[0].Body, filters[1].Body)), record);
    }

    private static (FilterCompiler Compiler, Table Table) Build()
    {
        var settings = CollectionSettings.Create("rows", new InMemoryModelBuilder().Build(typeof(Sample), typeof(int), null, null), null, null);
        var data = new CollectionData("rows", settings.CreateSchema(), new KeywordAnalyzer(default));
        data.Upsert(new StagedRows<Sample>(new BoundCollection<Sample>(settings, data), Samples, [], []));
        return (new FilterCompiler(new FilterBinding(settings.Model, data.Current.Table)), data.Current.Table);
    }

    private sealed class Renamed(ParameterExpression record) : ExpressionVisitor
    {
        protected override Expression VisitParameter(ParameterExpression node) => node.Type == record.Type ? record : node;
    }

    private sealed class Holder
    {
        public string? Text { get; set; }

        public int? Maybe { get; set; }
    }

    private sealed class Sample
    {
        [VectorStoreKey]
        public int Key { get; set; }

        [VectorStoreData(IsIndexed = true)]
        public int Number { get; set; }

        [VectorStoreData(IsIndexed = true)]
        public int? Maybe { get; set; }

        [VectorStoreData(IsIndexed = true)]
        public string? Text { get; set; }

        [VectorStoreData(IsIndexed = true)]
        public bool Flag { get; set; }

        [VectorStoreData(IsIndexed = true)]
        public double Real { get; set; }

        [VectorStoreData(IsIndexed = true)]
        public DayOfWeek Day { get; set; }

        [VectorStoreData]
        public int Plain { get; set; }

        public static Sample Create(int i)
        {
            var random = new Random(i);
            return new Sample
            {
                Key = i,
                Number = random.Next(-2, 22),
                Maybe = random.Next(4) == 0 ? null : random.Next(-2, 22),
                Text = Texts[random.Next(Texts.Length)],
                Flag = random.Next(10) == 0,
                Real = random.Next(10) == 0 ? double.NaN : random.Next(-2, 22) / 2d,
                Day = (DayOfWeek)random.Next(7),
                Plain = random.Next(5),
            };
        }
    }
}
