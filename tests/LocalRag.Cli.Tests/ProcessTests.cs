using System.Diagnostics;
using System.Text;

namespace LocalRag.Cli.Tests;

/// <summary>What only shows between processes.</summary>
public class ProcessTests
{
    private static readonly byte[] Line = "{\"text\": \"hello world\"}\n"u8.ToArray();

    [Fact]
    public async Task The_reader_of_the_output_may_leave_at_any_time()
    {
        using var tool = Start("tokenize", "mini");
        var feeding = FeedAsync(tool, lines: 10_000_000);
        Assert.StartsWith("{\"ids\":[", await tool.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        tool.StandardOutput.Close();
        await ExitAsync(tool);
        Assert.Equal((0, ""), (tool.ExitCode, await tool.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken)));
        // It left long before all lines were there: the last of them could not be handed over.
        Assert.False(await feeding);
    }

    [Fact]
    public async Task A_line_is_answered_before_the_next_one_comes()
    {
        using var tool = Start("embed", "mini");
        for (var i = 0; i < 3; i++)
        {
            await tool.StandardInput.BaseStream.WriteAsync(Line, TestContext.Current.CancellationToken);
            await tool.StandardInput.BaseStream.FlushAsync(TestContext.Current.CancellationToken);
            Assert.StartsWith("{\"embedding\":[", await tool.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        }

        tool.StandardInput.Close();
        await ExitAsync(tool);
        Assert.Equal(0, tool.ExitCode);
    }

    [Fact]
    public async Task A_long_stream_needs_bounded_memory()
    {
        using var tool = Start("tokenize", "mini");
        var feeding = FeedAsync(tool, lines: 1_000_000);
        var buffer = new char[1 << 16];
        long lines = 0;
        long peak = 0;
        for (int read; (read = await tool.StandardOutput.ReadAsync(buffer, TestContext.Current.CancellationToken)) > 0;)
        {
            lines += buffer.AsSpan(0, read).Count('\n');
            tool.Refresh();
            peak = Math.Max(peak, tool.HasExited ? 0 : tool.WorkingSet64);
        }

        Assert.True(await feeding);
        await ExitAsync(tool);
        Assert.Equal((0, 1_000_000), (tool.ExitCode, lines));
        Assert.InRange(peak, 1, 400L << 20);
    }

    private static Process Start(params string[] args)
    {
        var start = new ProcessStartInfo("dotnet", [typeof(Tool).Assembly.Location, .. args])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = Encoding.UTF8,
        };
        return Process.Start(start)!;
    }

    /// <returns>Whether all lines were taken.</returns>
    private static Task<bool> FeedAsync(Process tool, int lines) => Task.Run(async () =>
    {
        try
        {
            const int Together = 1000;
            var block = Enumerable.Repeat(Line, Together).SelectMany(line => line).ToArray();
            for (var i = 0; i < lines / Together; i++)
                await tool.StandardInput.BaseStream.WriteAsync(block, TestContext.Current.CancellationToken);
            tool.StandardInput.Close();
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    });

    private static async Task ExitAsync(Process tool)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(TimeSpan.FromSeconds(60));
        try
        {
            await tool.WaitForExitAsync(limit.Token);
        }
        finally
        {
            if (!tool.HasExited)
                tool.Kill();
        }
    }
}
