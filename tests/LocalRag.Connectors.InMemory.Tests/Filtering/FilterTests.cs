using System.Linq.Expressions;

namespace LocalRag.Connectors.InMemory.Tests.Filtering;

public class FilterTests
{
    private static readonly CancellationToken Token = TestContext.Current.CancellationToken;
    private static readonly int StaticNumber = 8;
    private readonly int _memberNumber = 8;

    /// <summary>Every filter must find what LINQ over the records finds.</summary>
    [Fact]
    public async Task Filters_of_any_shape_agree_with_LINQ()
    {
        var collection = new InMemoryCollection<string, Everything>("things");
        await collection.EnsureCollectionExistsAsync(Token);
        var records = Enumerable.Range(0, 300).Select(Everything.Create).ToArray();
        await collection.UpsertAsync(records, Token);
        var (captured, numbers, days) = (8, new List<int> { 3, 4, 5 }, new[] { DayOfWeek.Monday, DayOfWeek.Sunday });
        int? nullable = 21;
        string? nothing = null;
        var moment = new DateTimeOffset(2026, 1, 1, 1, 0, 0, TimeSpan.FromHours(2));
        Expression<Func<Everything, bool>>[] filters =
        [
            r => true,
            r => r.Number == 8,
            r => 8 == r.Number,
            r => r.Number == captured && r.Flag,
            r => r.Number == StaticNumber || r.Number == _memberNumber + 1,
            r => r.Number != 8 && !r.Flag,
            r => r.Number > 90,
            r => 90 < r.Number && r.Number <= 95,
            r => r.Number >= 10 && r.Number < 12 && r.Key != "key-10",
            r => r.Number > 95 || r.Number < 2,
            r => r.Maybe == null,
            r => r.Maybe == nullable,
            r => r.Maybe > 100 && r.Maybe < 110,
            r => r.Maybe.HasValue && r.Maybe.Value % 7 == 0,
            r => r.Text == nothing,
            r => r.Text != null && r.Text.Contains("apple"),
            r => r.Text != null && r.Text.StartsWith("text 1", StringComparison.Ordinal),
            r => numbers.Contains(r.Number),
            r => new[] { 1, 2 }.Contains(r.Number),
            r => days.Contains(r.Weekday),
            r => r.Weekday == DayOfWeek.Friday,
            r => r.Weekday > DayOfWeek.Thursday,
            r => r.Holiday == DayOfWeek.Sunday,
            r => r.Tags != null && r.Tags.Contains("t3"),
            r => r.Tags != null && r.Tags.Any(t => t.EndsWith('4')),
            r => r.Numbers != null && r.Numbers.Contains(-12),
            r => r.Moment >= moment && r.Moment < moment.AddMinutes(10),
            r => r.Moment == new DateTimeOffset(2026, 1, 1, 0, 5, 0, TimeSpan.FromHours(2)),
            r => r.Day == new DateOnly(2026, 1, 3),
            r => r.Money > 100.5m && r.Real < 50,
            r => (byte)r.Number == 8,
            r => (long)r.Number == 8L,
            r => r.Id == new Guid(5, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10),
            r => r.Key.Length == 5,
            r => IsOdd(r),
            r => r.Vector.Length == 4 && r.Number == 3,
            r => (r.Flag ? r.Number : -r.Number) > 80,
        ];
        foreach (var filter in filters)
        {
            var compiled = filter.Compile();
            var expected = records.Where(r => Safe(compiled, r)).Select(r => r.Key).ToArray();
            Assert.True(expected.Length > 0, filter.ToString());
            foreach (var pass in new[] { 1, 2 })
                Assert.Equal(expected, await collection.GetAsync(filter, 1000, cancellationToken: Token).Select(r => r.Key).ToArrayAsync(Token));
            var hits = await collection.SearchAsync(new float[] { 1, 1, 1, 1 }, 1000, new() { Filter = filter, VectorProperty = r => r.Vector }, Token).Select(r => r.Record.Key).ToListAsync(Token);
            Assert.Equal(expected.Order(), hits.Order());
        }
    }

    [Fact]
    public async Task Filters_that_differ_in_constants_share_code_and_not_results()
    {
        var collection = new InMemoryCollection<string, Everything>("things");
        await collection.EnsureCollectionExistsAsync(Token);
        await collection.UpsertAsync(Enumerable.Range(0, 300).Select(Everything.Create), Token);
        for (var number = 0; number < 100; number++)
        {
            var wanted = number;
            var found = await collection.GetAsync(r => r.Number == wanted, 10, cancellationToken: Token).Select(r => r.Number).ToListAsync(Token);
            Assert.Equal([number, number, number], found);
        }
    }

    [Fact]
    public async Task A_filter_on_the_key_finds_the_record_as_it_is_now()
    {
        var collection = new InMemoryCollection<string, Everything>("things");
        await collection.EnsureCollectionExistsAsync(Token);
        await collection.UpsertAsync(Enumerable.Range(0, 300).Select(Everything.Create), Token);
        var (changed, wanted) = (Everything.Create(7), new[] { "key-7", "key-8", "key-400" });
        changed.Number = 1007;
        await collection.UpsertAsync(changed, Token);
        Assert.Equal(1007, Assert.Single(await collection.GetAsync(r => r.Key == wanted[0], 10, cancellationToken: Token).ToListAsync(Token)).Number);
        Assert.Equal([8, 1007], await collection.GetAsync(r => wanted.Contains(r.Key), 10, cancellationToken: Token).Select(r => r.Number).ToListAsync(Token));
        await collection.DeleteAsync("key-7", Token);
        Assert.Equal([8], await collection.GetAsync(r => wanted.Contains(r.Key), 10, cancellationToken: Token).Select(r => r.Number).ToListAsync(Token));
    }

    [Fact]
    public void Indexes_name_few_candidates_and_never_miss_a_row()
    {
        var schema = new CollectionSchema(new PropertySchema("k", typeof(int), false, false), [new PropertySchema("v", typeof(int?), true, false)], []);
        var table = new Table(schema, new KeywordAnalyzer(default));
        var random = new Random(3);
        table.EnsureCapacity(20_000);
        var values = new int?[20_000];
        for (var row = 0; row < values.Length; row++)
        {
            values[row] = random.Next(10) == 0 ? null : random.Next(500);
            table.KeyColumn.SetBoxed(row, row);
            table.Data[0].SetBoxed(row, values[row]);
            table.Append(1, row + 1);
        }

        var index = table.Indexes[0]!;
        Assert.Equal(Rows(v => v == 7), index.Equal(7, values.Length)!.Value.ToArray());
        Assert.Equal(Rows(v => v is null), index.Equal(null, values.Length)!.Value.ToArray());
        Assert.Equal(Rows(v => v == 7).Where(r => r < 9000), index.Equal(7, 9000)!.Value.ToArray());
        Assert.Equal(Rows(v => v is > 490 and <= 495), index.Range(490, false, 495, true, values.Length, 9999)!.Value.ToArray().Order());
        Assert.Equal(Rows(v => v >= 498), index.Range(498, true, null, false, values.Length, 9999)!.Value.ToArray().Order());
        Assert.Null(index.Range(0, true, null, false, values.Length, 100));
        Assert.Null(index.Equal("text", values.Length));

        int[] Rows(Func<int?, bool> matches) => [.. Enumerable.Range(0, values.Length).Where(r => matches(values[r]))];
    }

    private static bool IsOdd(Everything record) => record.Number % 2 == 1 && record.Tags is { Length: 2 };

    private static bool Safe(Func<Everything, bool> filter, Everything record)
    {
        try
        {
            return filter(record);
        }
        catch (NullReferenceException)
        {
            return false;
        }
    }
}
