using Microsoft.Extensions.VectorData;

namespace LocalRag.Connectors.InMemory.Tests;

/// <summary>A record with every kind of property.</summary>
public sealed class Everything
{
    [VectorStoreKey]
    public string Key { get; set; } = "";

    [VectorStoreData(IsFullTextIndexed = true)]
    public string? Text { get; set; }

    [VectorStoreData(IsIndexed = true, StorageName = "n")]
    public int Number { get; set; }

    [VectorStoreData(IsIndexed = true)]
    public long? Maybe { get; set; }

    [VectorStoreData]
    public bool Flag { get; set; }

    [VectorStoreData]
    public double Real { get; set; }

    [VectorStoreData]
    public decimal Money { get; set; }

    [VectorStoreData]
    public Guid Id { get; set; }

    [VectorStoreData]
    public DateTime Time { get; set; }

    [VectorStoreData(IsIndexed = true)]
    public DateTimeOffset Moment { get; set; }

    [VectorStoreData]
    public DateOnly Day { get; set; }

    [VectorStoreData]
    public TimeOnly Clock { get; set; }

    [VectorStoreData]
    public DayOfWeek Weekday { get; set; }

    [VectorStoreData]
    public DayOfWeek? Holiday { get; set; }

    [VectorStoreData]
    public string[]? Tags { get; set; }

    [VectorStoreData]
    public List<int>? Numbers { get; set; }

    [VectorStoreVector(4)]
    public ReadOnlyMemory<float> Vector { get; set; }

    [VectorStoreVector(3, DistanceFunction = DistanceFunction.ManhattanDistance)]
    public float[]? Second { get; set; }

    public static Everything Create(int i) => new()
    {
        Key = $"key-{i}",
        Text = i % 7 == 0 ? null : $"text {i} of the passage {(i % 3 == 0 ? "apple" : "pear")} \uD800x",
        Number = i % 100,
        Maybe = i % 5 == 0 ? null : i,
        Flag = i % 2 == 0,
        Real = i / 3d,
        Money = i * 1.1m,
        Id = new Guid(i, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10),
        Time = new DateTime(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc).AddMinutes(i),
        Moment = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.FromHours(2)).AddMinutes(i),
        Day = new DateOnly(2026, 1, 1).AddDays(i % 300),
        Clock = new TimeOnly(1, 2, 3).AddMinutes(i),
        Weekday = (DayOfWeek)(i % 7),
        Holiday = i % 4 == 0 ? null : DayOfWeek.Sunday,
        Tags = i % 6 == 0 ? null : ["a", $"t{i % 10}"],
        Numbers = i % 9 == 0 ? null : [i, -i],
        Vector = new float[] { i, 1, -i % 3, 0.5f },
        Second = i % 8 == 0 ? null : [i, 0, 1],
    };

    public static void AssertEqual(Everything expected, Everything? actual)
    {
        Assert.NotNull(actual);
        Assert.Equivalent(expected.Tags, actual.Tags);
        foreach (var property in typeof(Everything).GetProperties().Where(p => p.Name != nameof(Vector)))
            Assert.Equal(property.GetValue(expected), property.GetValue(actual));
        Assert.Equal(expected.Vector.ToArray(), actual.Vector.ToArray());
    }
}
