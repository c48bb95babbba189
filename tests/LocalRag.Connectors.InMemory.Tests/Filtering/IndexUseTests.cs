using System.Globalization;
using System.Linq.Expressions;
using Microsoft.Extensions.VectorData;

namespace LocalRag.Connectors.InMemory.Tests.Filtering;

/// <summary>Conditions that an index answers, whatever C# converts and wherever the constant comes from, name candidates and miss no row.</summary>
public class IndexUseTests
{
    private const int Rows = 4000;
    private static readonly int? Seven = 7;
    private static readonly DateTime Start = new(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    private static readonly Small[] Records = [.. Enumerable.Range(0, Rows).Select(Small.Create)];
    private static readonly Lazy<(FilterCompiler Compiler, Table Table)> Store = new(Build);

    private static string Status => "open";

    public static TheoryData<string> Names => [.. Filters.Keys];

    private static Dictionary<string, Expression<Func<Small, bool>>> Filters
    {
        get
        {
            // Captured variables of wider, narrower and signed types.
            int wide = 7, below = -7, high = 300, huge = 70_000 * 256;
            long wider = 9;
            var day = DayOfWeek.Tuesday;
            double real = 3, nothing = double.NaN;
            var bytes = new[] { 3, 5 };
            var (text, third, at, names, none) = ("name-100", "3", 1, new List<string?> { "name-100", "NAME-200", null }, (string?)null);
            Small? example = Small.Create(77), missing = null;
            object boxed = 70L;
            int? rarest = null;
            return new Dictionary<string, Expression<Func<Small, bool>>>
            {
                ["byte"] = r => r.Byte == 7,
                ["byte, captured int"] = r => r.Byte == wide,
                ["byte, captured long"] = r => wider == r.Byte,
                ["byte, out of range"] = r => r.Byte == huge,
                ["byte, negative"] = r => r.Byte == below,
                ["byte, range"] = r => r.Byte > 3 && r.Byte <= wide,
                ["byte, above all"] = r => r.Byte > high,
                ["byte, real"] = r => r.Byte == real,
                ["byte, between"] = r => r.Byte > 6.5 && r.Byte < 8.5,
                ["byte, NaN"] = r => r.Byte > nothing,
                ["byte, one of"] = r => bytes.Contains(r.Byte),
                ["nullable byte"] = r => r.MaybeByte == 7,
                ["nullable byte, value"] = r => r.MaybeByte.HasValue && r.MaybeByte.Value == 7,
                ["nullable byte, captured nullable"] = r => r.MaybeByte == Seven,
                ["nullable byte, null"] = r => r.MaybeByte == null,
                ["sbyte"] = r => r.SByte == -5,
                ["short"] = r => r.Short == 7,
                ["short, range"] = r => r.Short >= -3 && r.Short < 2,
                ["ushort"] = r => r.UShort == 7,
                ["char"] = r => r.Char == 'c',
                ["char, range"] = r => r.Char >= 'x' && r.Char < 'z',
                ["enum"] = r => r.Day == DayOfWeek.Tuesday && r.Byte < 100,
                ["enum, captured"] = r => r.Day == day,
                ["enum, range"] = r => r.Day > DayOfWeek.Friday,
                ["nullable enum"] = r => r.MaybeDay == DayOfWeek.Tuesday,
                ["enum of unsigned long"] = r => r.Big == Big.Largest,
                ["int as long"] = r => r.Int == wider,
                ["float as double"] = r => r.Float > 0.1 && r.Float < 0.2,
                ["float, no such value"] = r => r.Float == 0.1,
                ["narrowed constant"] = r => r.Int == (byte)huge,
                ["computed: sum"] = r => r.Int > wider + 3000,
                ["computed: in a range"] = r => r.Moment >= Start.AddDays(7) && r.Moment < Start.AddDays(2 * wide + 7),
                ["computed: now"] = r => r.Moment > DateTime.UtcNow.AddYears(100),
                ["computed: element of an array"] = r => r.Int == bytes[at],
                ["computed: element of a list"] = r => r.Name == names[at - 1]!.Trim(),
                ["computed: property of a property"] = r => r.Name == example.Name!.Trim(),
                ["computed: static property"] = r => r.Status == Status,
                ["computed: choice"] = r => r.Int == (wide > 5 ? wide : below),
                ["computed: parse"] = r => r.Byte == int.Parse(third, CultureInfo.InvariantCulture),
                ["computed: unboxed"] = r => r.Int == (long)boxed,
                ["computed: list"] = r => new[] { 3, wide }.Contains(r.Int),
                ["computed: filtered list"] = r => names.Where(n => n != null).ToList().Contains(r.Name),
                ["computed: guarded and absent"] = r => missing != null && r.Name == missing.Name,
                ["computed: guarded and present"] = r => example != null && r.Name == example.Name,
                ["optional, given"] = r => text == null || r.Name == text,
                ["optional, not given"] = r => (none == null || r.Name == none) && r.Byte == 7,
                ["text: from"] = r => string.CompareOrdinal(r.Name, "name-8") >= 0,
                ["text: to"] = r => string.CompareOrdinal(r.Name, text) < 0,
                ["text: from to"] = r => string.CompareOrdinal(r.Name, "name-100") > 0 && string.Compare(r.Name, "name-2", StringComparison.Ordinal) <= 0,
                ["text: the other way round"] = r => 0 <= string.CompareOrdinal("name-09", r.Name) && r.Name != null,
                ["text: same"] = r => !(string.CompareOrdinal(r.Name, text) < 0) && string.CompareOrdinal(r.Name, text) <= 0,
                ["text: start"] = r => r.Name != null && r.Name.StartsWith("name-1", StringComparison.Ordinal),
                ["text: start, a character"] = r => r.Status.StartsWith('o'),
                ["text: start, computed"] = r => r.Name != null && r.Name.StartsWith("name-" + third, StringComparison.Ordinal),
                ["text: equals"] = r => string.Equals(r.Name, text, StringComparison.Ordinal) || text.Equals(r.Name, StringComparison.Ordinal),
                ["text: one of"] = r => names.Contains(r.Name),
                ["text: one of a set"] = r => names.ToHashSet().Contains(r.Name),
                ["equals"] = r => r.Int.Equals(wide) || Equals(r.Int, wide),
                ["or"] = r => r.Int == 5 || r.Int == 9 || r.Name == "name-100",
                ["or of ands"] = r => (r.Byte == 7 && r.Int > 100) || (r.Int < 20 && r.Short != 0),
                ["neither nor"] = r => !(r.Int > 30 || r.Status != "archived"),
                ["choice"] = r => r.Status == "open" ? r.Int < 2000 : r.Byte == 8,
                ["not equal"] = r => r.Status != "archived",
                ["not null"] = r => r.Rare != null,
                ["has value"] = r => r.Rare.HasValue,
                ["has value and more"] = r => r.Rare.HasValue && r.Rare.Value > 3,
                ["has no value"] = r => !r.MaybeByte.HasValue,
                ["nullable range"] = r => r.Rare > 3,
                ["nullable range, null"] = r => r.Rare > rarest,
                ["bool"] = r => r.Active,
                ["not bool"] = r => !r.Passive,
                ["bool as constant"] = r => r.Active == true,
                ["key"] = r => r.Id == 70,
                ["key, one of"] = r => bytes.Contains(r.Id),
            };
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void An_index_answers(string name)
    {
        var filter = Filters[name];
        var (compiler, table) = Store.Value;
        var (plan, constants) = compiler.Compile(filter);
        var candidates = plan.Candidates(table, Rows, constants, Rows / 4);
        Assert.NotNull(candidates);
        Assert.True(candidates.Length < Rows / 4);
        var context = new FilterContext(table.FilterColumns, constants, row => Records[row]);
        var compiled = filter.Compile();
        Assert.Equal(
            Enumerable.Range(0, Rows).Where(row => compiled(Records[row])),
            candidates.Where(row => plan.Predicate(context, row)));
    }

    [Fact]
    public void What_an_index_would_answer_wrongly_is_left_to_the_scan()
    {
        var (comparison, anyCase) = (StringComparison.OrdinalIgnoreCase, new HashSet<string?>(StringComparer.OrdinalIgnoreCase) { "NAME-200" });
        int[] numbers = [3, 4];
        var (nothing, none) = (double.NaN, (string?)null);
        var sequence = numbers.Where(n => n > 3);
        AssertScanned(r => (byte)r.Int == 7);
        AssertScanned(r => (float)r.Int == 7f);

#pragma warning disable CA1309 // Cultures sort otherwise than by code units; that is the point.
        AssertScanned(r => string.Compare(r.Name, "name-8") >= 0);
        AssertScanned(r => r.Name!.CompareTo("name-8") >= 0);
        AssertScanned(r => string.Compare(r.Name, "name-8", StringComparison.InvariantCulture) >= 0);
        AssertScanned(r => string.Compare(r.Name, "NAME-8", StringComparison.OrdinalIgnoreCase) >= 0);
        AssertScanned(r => string.Compare(r.Name, "NAME-8", comparison) >= 0);
        AssertScanned(r => r.Name!.StartsWith("name-8"));
#pragma warning restore CA1309
        AssertScanned(r => r.Name!.Equals("NAME-200", StringComparison.OrdinalIgnoreCase));
        // More than the order is in the number.
        AssertScanned(r => string.CompareOrdinal(r.Name, "name-8") >= 1);
        AssertScanned(r => anyCase.Contains(r.Name));
        // A sequence may be one that can be read but once.
        AssertScanned(r => sequence.Contains(r.Int));
        // Most rows hold NaN, all of them differ from it.
        AssertScanned(r => r.Mostly != nothing);
        AssertScanned(r => string.CompareOrdinal(r.Name, none) > 0);
        AssertScanned(r => !(r.Rare > 3));

        void AssertScanned(Expression<Func<Small, bool>> filter) => Assert.False(IsAnswered(filter), $"{filter}");
    }

    /// <summary>Whether an index names the candidates.</summary>
    internal static bool IsAnswered(Expression<Func<Small, bool>> filter)
    {
        var (compiler, table) = Store.Value;
        var (plan, constants) = compiler.Compile(filter);
        return plan.Candidates(table, Rows, constants, Rows / 4) is not null;
    }

    private static (FilterCompiler Compiler, Table Table) Build()
    {
        var settings = CollectionSettings.Create("rows", new InMemoryModelBuilder().Build(typeof(Small), typeof(int), null, null), null, null);
        var data = new CollectionData("rows", settings.CreateSchema(), new KeywordAnalyzer(default));
        var bound = new BoundCollection<Small>(settings, data);
        data.Upsert(new StagedRows<Small>(bound, Records, [], []));
        return (new FilterCompiler(new FilterBinding(settings.Model, data.Current.Table)), data.Current.Table);
    }

    internal enum Big : ulong
    {
        None,
        Largest = ulong.MaxValue,
    }

    internal sealed class Small
    {
        [VectorStoreKey]
        public int Id { get; set; }

        [VectorStoreData(IsIndexed = true)]
        public byte Byte { get; set; }

        [VectorStoreData(IsIndexed = true)]
        public byte? MaybeByte { get; set; }

        [VectorStoreData(IsIndexed = true)]
        public sbyte SByte { get; set; }

        [VectorStoreData(IsIndexed = true)]
        public short Short { get; set; }

        [VectorStoreData(IsIndexed = true)]
        public ushort UShort { get; set; }

        [VectorStoreData(IsIndexed = true)]
        public char Char { get; set; }

        [VectorStoreData(IsIndexed = true)]
        public DayOfWeek Day { get; set; }

        [VectorStoreData(IsIndexed = true)]
        public DayOfWeek? MaybeDay { get; set; }

        [VectorStoreData(IsIndexed = true)]
        public Big Big { get; set; }

        [VectorStoreData(IsIndexed = true)]
        public int Int { get; set; }

        [VectorStoreData(IsIndexed = true)]
        public float Float { get; set; }

        [VectorStoreData(IsIndexed = true)]
        public double Mostly { get; set; }

        [VectorStoreData(IsIndexed = true)]
        public string? Name { get; set; }

        [VectorStoreData(IsIndexed = true)]
        public string Status { get; set; } = "";

        [VectorStoreData(IsIndexed = true)]
        public DateTime Moment { get; set; }

        [VectorStoreData(IsIndexed = true)]
        public int? Rare { get; set; }

        [VectorStoreData(IsIndexed = true)]
        public bool Active { get; set; }

        [VectorStoreData(IsIndexed = true)]
        public bool Passive { get; set; }

        public static Small Create(int i) => new()
        {
            Id = i,
            Byte = (byte)i,
            MaybeByte = i % 5 == 0 ? null : (byte)(i % 50),
            SByte = (sbyte)i,
            Short = (short)(i % 600 - 300),
            UShort = (ushort)(i % 90),
            Char = (char)('a' + i % 26),
            Day = (DayOfWeek)(i % 7),
            MaybeDay = i % 5 == 0 ? null : (DayOfWeek)(i % 7),
            Big = i % 10 == 0 ? Big.Largest : Big.None,
            Int = i,
            Float = i % 40 / 40f,
            Mostly = i % 100 == 0 ? i : double.NaN,
            Name = i % 10 == 0 ? null : $"name-{i % 900:000}",
            Status = i % 50 == 0 ? "open" : "archived",
            Moment = Start.AddHours(i),
            Rare = i % 20 == 0 ? i % 90 : null,
            Active = i % 30 == 0,
            Passive = i % 30 != 0,
        };
    }
}
