using System.Linq.Expressions;
using System.Text;
using Microsoft.Extensions.VectorData;

namespace LocalRag.Connectors.InMemory.Tests.Filtering;

/// <summary>Parts of a filter that do not depend on the record: evaluated where LINQ would, and with one value for a search.</summary>
public class FilterConstantsTests
{
    private static readonly CancellationToken Token = TestContext.Current.CancellationToken;
    private int _calls;

    [Fact]
    public async Task What_is_computed_has_one_value_for_a_search_and_a_new_one_for_the_next()
    {
        Assert.Equal(["key-1", "key-101", "key-201"], await FindAsync(r => r.Number == Next()));
        Assert.Equal(1, _calls);
        Assert.Equal(["key-2", "key-102", "key-202"], await FindAsync(r => r.Number == Next()));
        Assert.Equal(2, _calls);
        Assert.Equal(3, (await FindAsync(r => r.Real * 3 >= 297 && r.Money * 0 + Next() == 3)).Length);
        Assert.Equal(3, _calls);
    }

    [Fact]
    public async Task What_is_not_reached_is_not_computed()
    {
        string? absent = null;
        int[] numbers = [];
        Assert.Empty(await FindAsync(r => absent != null && r.Text == absent.Trim()));
        Assert.Equal(300, (await FindAsync(r => absent == null || r.Text == absent.Trim())).Length);
        Assert.Equal(300, (await FindAsync(r => numbers.Length == 0 || r.Number == numbers[0])).Length);
        Assert.Equal(["key-7", "key-107", "key-207"], await FindAsync(r => r.Number == (numbers.Length > 0 ? numbers[0] : 7)));
        Assert.Empty(await FindAsync(r => r.Number < 0 && r.Number == Next()));
        Assert.Empty(await FindAsync(r => r.Real < 0 && r.Number == Fail()));
        Assert.Equal(0, _calls);
    }

    [Fact]
    public async Task What_fails_fails_as_in_LINQ()
    {
        int[] numbers = [];
        Everything? absent = null;
        await Assert.ThrowsAsync<IndexOutOfRangeException>(() => FindAsync(r => r.Number == numbers[0]));
        await Assert.ThrowsAsync<NullReferenceException>(() => FindAsync(r => r.Text == absent!.Text));
        Assert.Equal("no number", (await Assert.ThrowsAsync<InvalidOperationException>(() => FindAsync(r => r.Number == Fail()))).Message);
        Assert.Equal("no number", (await Assert.ThrowsAsync<InvalidOperationException>(() => FindAsync(r => r.Number == 5 && r.Number == Fail()))).Message);
    }

    [Fact]
    public async Task Random_numbers_are_drawn_for_every_record()
    {
        Assert.InRange((await FindAsync(r => Random.Shared.Next(2) == 0)).Length, 50, 250);
        Assert.Equal(300, (await FindAsync(r => r.Id != Guid.NewGuid())).Length);
    }

    [Fact]
    public async Task What_could_be_changed_is_made_for_every_record() =>
        Assert.Equal(["key-7"], await FindAsync(r => new StringBuilder("is ").Append(r.Key).ToString() == "is " + "key-" + 7));

    [Fact]
    public async Task Code_is_shared_by_filters_that_differ_in_what_they_compute_from_and_by_no_others()
    {
        var collection = await CreateAsync();
        for (var number = 0; number < 50; number++)
        {
            var (wanted, names) = (number, new[] { "key-1", $"key-{number}" });
            Assert.Equal(number + 1, await FirstAsync(r => r.Number == wanted + 1));
            Assert.Equal(number + 2, await FirstAsync(r => r.Number == wanted + 2));
            Assert.Equal(number * 2, await FirstAsync(r => r.Number == wanted * 2));
            Assert.Equal(number, await FirstAsync(r => r.Key == names[1]));
            Assert.Equal(1, await FirstAsync(r => r.Key == names[0]));
        }

        async Task<int> FirstAsync(Expression<Func<Everything, bool>> filter) => (await collection.GetAsync(filter, 1, cancellationToken: Token).SingleAsync(Token)).Number;
    }

    [Fact]
    public async Task A_name_of_a_property_may_be_computed()
    {
        using var store = new InMemoryVectorStore();
        var definition = new VectorStoreCollectionDefinition
        {
            Properties = [new VectorStoreKeyProperty("Key", typeof(string)), new VectorStoreDataProperty("Number", typeof(int)) { IsIndexed = true }],
        };
        var rows = store.GetDynamicCollection("rows", definition);
        await rows.EnsureCollectionExistsAsync(Token);
        await rows.UpsertAsync(Enumerable.Range(0, 100).Select(i => new Dictionary<string, object?> { ["Key"] = $"{i}", ["Number"] = i }), Token);
        var (prefix, names) = ("Num", new[] { "Key", "Number" });
        Assert.Equal("7", Assert.Single(await rows.GetAsync(r => (int)r[prefix + "ber"]! == 7, 100, cancellationToken: Token).ToListAsync(Token))["Key"]);
        Assert.Equal("8", Assert.Single(await rows.GetAsync(r => (int)r[names[1]]! == names.Length + 6, 100, cancellationToken: Token).ToListAsync(Token))["Key"]);
    }

    private static int Fail() => throw new InvalidOperationException("no number");

    private int Next() => Interlocked.Increment(ref _calls);

    private static async Task<string[]> FindAsync(Expression<Func<Everything, bool>> filter) =>
        await (await CreateAsync()).GetAsync(filter, 1000, cancellationToken: Token).Select(r => r.Key).ToArrayAsync(Token);

    private static async Task<InMemoryCollection<string, Everything>> CreateAsync()
    {
        var collection = new InMemoryCollection<string, Everything>("things");
        await collection.EnsureCollectionExistsAsync(Token);
        await collection.UpsertAsync(Enumerable.Range(0, 300).Select(Everything.Create), Token);
        return collection;
    }
}
