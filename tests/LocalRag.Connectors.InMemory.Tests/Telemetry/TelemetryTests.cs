using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace LocalRag.Connectors.InMemory.Tests.Telemetry;

public class TelemetryTests
{
    [Fact]
    public async Task Operations_are_traced_and_timed_by_the_database_conventions()
    {
        var token = TestContext.Current.CancellationToken;
        var activities = new List<Activity>();
        var durations = new List<string>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "LocalRag.Connectors.InMemory",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = activity =>
            {
                if (Equals(activity.GetTagItem("db.collection.name"), "traced"))
                    activities.Add(activity);
            },
        };
        ActivitySource.AddActivityListener(listener);
        using var meters = new MeterListener
        {
            InstrumentPublished = (instrument, self) =>
            {
                if (instrument.Meter.Name == "LocalRag.Connectors.InMemory")
                    self.EnableMeasurementEvents(instrument);
            },
        };
        meters.SetMeasurementEventCallback<double>((_, _, tags, _) =>
        {
            var all = tags.ToArray().ToDictionary(t => t.Key, t => t.Value);
            if (Equals(all["db.collection.name"], "traced"))
                durations.Add((string)all["db.operation.name"]!);
        });
        meters.Start();

        using var store = new InMemoryVectorStore(new() { Name = "mine" });
        var collection = store.GetCollection<string, Everything>("traced");
        await Assert.ThrowsAnyAsync<Exception>(() => collection.UpsertAsync(Everything.Create(1), token));
        await collection.EnsureCollectionExistsAsync(token);
        await collection.UpsertAsync([Everything.Create(1), Everything.Create(2)], token);
        await collection.SearchAsync(new float[4], 5, new() { VectorProperty = r => r.Vector }, token).ToListAsync(token);

        Assert.Equal(["upsert traced", "upsert traced", "search traced"], activities.Select(a => a.DisplayName));
        Assert.Equal(ActivityStatusCode.Error, activities[0].Status);
        Assert.Equal(2, activities[1].GetTagItem("db.operation.batch.size"));
        Assert.Equal(("localrag.inmemory", "mine", 2), (activities[2].GetTagItem("db.system.name"), activities[2].GetTagItem("db.namespace"), activities[2].GetTagItem("db.response.returned_rows")));
        Assert.Equal(["upsert", "upsert", "search"], durations);
    }
}
