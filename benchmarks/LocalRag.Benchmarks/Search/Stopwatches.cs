using System.Diagnostics;
using System.Runtime.InteropServices;

namespace LocalRag.Benchmarks.Search;

/// <summary>Measures several actions in turns, so that a busy machine slows all of them alike.</summary>
internal static class Stopwatches
{
    private const int ThreadCpuTime = 3;

    /// <summary>The best time of each action, in seconds: processor time of the calling thread where the system tells it, else time on the wall.</summary>
    public static Dictionary<string, double> Best(int rounds, params (string Name, Action Run)[] actions)
    {
        var best = actions.ToDictionary(a => a.Name, _ => double.PositiveInfinity);
        for (var round = 0; round < rounds; round++)
        {
            foreach (var (name, run) in actions)
            {
                // Several threads can only be measured on the wall.
                var wall = name.Contains("threads", StringComparison.Ordinal);
                var start = Now(wall);
                run();
                best[name] = Math.Min(best[name], Now(wall) - start);
            }
        }

        return best;
    }

    /// <summary>Seconds of processor time of the calling thread, or on the wall.</summary>
    public static double Now(bool wall)
    {
        if (wall || !OperatingSystem.IsLinux() || GetTime(ThreadCpuTime, out var time) != 0)
            return Stopwatch.GetTimestamp() / (double)Stopwatch.Frequency;
        return time.Seconds + time.Nanoseconds * 1e-9;
    }

    [DllImport("libc", EntryPoint = "clock_gettime")]
    private static extern int GetTime(int clock, out Time time);

    private struct Time
    {
        public nint Seconds;
        public nint Nanoseconds;
    }
}
