using System.Text.Json;

namespace RagDemo.Tests;

/// <summary>What survives the end of the process, expected or not.</summary>
public sealed class RestartTests : IDisposable
{
    private const string NoSignals = "kill -TERM and kill -9 are of Unix";

    private readonly DocumentFolder _folder = new();

    public static bool IsUnix => !OperatingSystem.IsWindows();

    public void Dispose() => _folder.Dispose();

    [Fact(Skip = NoSignals, SkipUnless = nameof(IsUnix))]
    public async Task Kill_9_while_indexing_loses_no_document_that_was_shown_as_done()
    {
        const int documents = 100;
        for (var i = 0; i < documents; i++)
        {
            _folder.Write($"ship-{i:000}.md", string.Concat(Enumerable.Range(0, 12).Select(p =>
                $"## Voyage {p} of ship {i}\n\n{string.Join(' ', Enumerable.Range(0, 15).Select(w => $"crate{(i * 7919 + p * 104729 + w * 1299709) % 9973}"))} were unloaded.\n\n")));
        }

        var done = 0;
        await using (var killed = await DemoServer.StartAsync(_folder.Data, _folder.Docs))
        {
            await foreach (var state in killed.StartUpAsync())
            {
                done = state.GetProperty("done").GetInt32();
                if (done > 0)
                {
                    Assert.Equal("indexing", state.GetProperty("stage").GetString());
                    break;
                }
            }

            await killed.KillAsync();
        }

        Assert.InRange(done, 1, documents - 1);
        await using var server = await DemoServer.StartAsync(_folder.Data, _folder.Docs);
        JsonElement last = default;
        await foreach (var state in server.StartUpAsync())
        {
            last = state;
        }

        Assert.Equal("done", last.GetProperty("stage").GetString());
        Assert.True(last.GetProperty("unchanged").GetInt32() >= done, $"{done} documents were done, but only {last.GetProperty("unchanged")} of them were still there.");
        Assert.Equal(documents + 3, last.GetProperty("unchanged").GetInt32() + last.GetProperty("added").GetInt32() + last.GetProperty("changed").GetInt32());
        var found = await server.PostAsync("api/search", new { query = "voyage 11 of ship 99", mode = "keyword", rerank = false, topK = 1 });
        Assert.Equal("ship-099.md", found.GetProperty("hits")[0].GetProperty("documentId").GetString());
    }

    [Fact(Skip = NoSignals, SkipUnless = nameof(IsUnix))]
    public async Task An_upload_is_there_after_a_restart_under_its_own_name()
    {
        await using (var server = await DemoServer.StartAsync(_folder.Data, _folder.Docs))
        {
            using var response = await server.Client.PostAsync("api/documents", RunningDemo.Form("Ferry times.md", "# Ferry\n\nThe last ferry leaves at seven.\n"u8.ToArray()), TestContext.Current.CancellationToken);
            Assert.Equal(System.Net.HttpStatusCode.Accepted, response.StatusCode);
            await server.PostAsync("api/ingestions", new { });
            Assert.Equal(0, await server.StopAsync());
        }

        await using var again = await DemoServer.StartAsync(_folder.Data, _folder.Docs);
        await foreach (var _ in again.StartUpAsync())
        {
        }

        var answer = await again.PostAsync("api/ask", new { question = "When does the last ferry leave?" });
        Assert.Contains("at seven", answer.GetProperty("text").GetString());
        Assert.Equal("uploads/Ferry times.md", answer.GetProperty("passages")[0].GetProperty("documentId").GetString());
    }
}
