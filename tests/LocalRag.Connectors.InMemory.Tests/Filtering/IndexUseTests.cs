using System.Linq.Expressions;
using Microsoft.Extensions.VectorData;

namespace LocalRag.Connectors.InMemory.Tests.Filtering;

/// <summary>Conditions for which C# converts one side still name candidates through the index, and miss no row.</summary>
public class IndexUseTests
{
    private const int Rows = 4000;
    private static readonly int? Seven = 7;

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
                ["narrowed constant"] = r => r.Int == (byte)huge && r.Byte == 7,
            };
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void An_index_answers(string name)
    {
        var filter = Filters[name];
        var records = Enumerable.Range(0, Rows).Select(Small.Create).ToArray();
        var (compiler, table) = Build(records);
        var (plan, constants) = compiler.Compile(filter);
        var candidates = plan.Candidates(table, Rows, constants, Rows / 4);
        Assert.NotNull(candidates);
        Assert.True(candidates.Length < Rows / 4);
        var context = new FilterContext(table.FilterColumns, constants, row => records[row]);
        var compiled = filter.Compile();
        Assert.Equal(
            Enumerable.Range(0, Rows).Where(row => compiled(records[row])),
            candidates.Where(row => plan.Predicate(context, row)));
    }

    [Fact]
    public void A_conversion_that_changes_values_is_left_to_the_scan()
    {
        var (compiler, table) = Build([.. Enumerable.Range(0, Rows).Select(Small.Create)]);
        var huge = 70_000;
        AssertScanned(r => (byte)r.Int == 7);
        AssertScanned(r => r.Int == (short)huge);
        AssertScanned(r => (float)r.Int == 7f);

        void AssertScanned(Expression<Func<Small, bool>> filter)
        {
            var (plan, constants) = compiler.Compile(filter);
            Assert.Null(plan.Candidates(table, Rows, constants, Rows / 4));
        }
    }

    private static (FilterCompiler Compiler, Table Table) Build(Small[] records)
    {
        var settings = CollectionSettings.Create("rows", new InMemoryModelBuilder().Build(typeof(Small), typeof(int), null, null), null, null);
        var data = new CollectionData("rows", settings.CreateSchema(), new KeywordAnalyzer(default));
        var bound = new BoundCollection<Small>(settings, data);
        data.Upsert(new StagedRows<Small>(bound, records, [], []));
        return (new FilterCompiler(new FilterBinding(settings.Model, data.Current.Table)), data.Current.Table);
    }

    private enum Big : ulong
    {
        None,
        Largest = ulong.MaxValue,
    }

    private sealed class Small
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
        };
    }
}
