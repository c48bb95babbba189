using System.Globalization;
using System.Text.RegularExpressions;

namespace LocalRag.Connectors.SentenceTransformers.Hub.Http;

/// <summary>How long the hub wants a client to wait after status 429.</summary>
internal static partial class RateLimit
{
    // The hub counts in windows of five minutes, so more than one window is a mistake or a trick.
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(301);

    /// <summary>The wait that the headers ask for; null when they ask for none.</summary>
    public static TimeSpan? Wait(HttpResponseMessage response)
    {
        // The header comes with every answer; only an exhausted budget explains this one.
        var budget = FileMetadata.Header(response, "RateLimit") is { } text ? Budget().Match(text) : Match.Empty;
        if (budget.Success && Number(budget.Groups["left"].Value) == 0)
        {
            return Cap(Number(budget.Groups["seconds"].Value) + 1);
        }

        // Only seconds: the official clients ignore dates as well, and clocks differ.
        return FileMetadata.Header(response, "Retry-After") is { } after && after.All(char.IsAsciiDigit) && after.Length > 0 ? Cap(Number(after)) : null;
    }

    private static TimeSpan Cap(double seconds) => seconds < LongestWait.TotalSeconds ? TimeSpan.FromSeconds(seconds) : LongestWait;

    private static double Number(string digits) => double.Parse(digits, NumberStyles.None, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"r=(?<left>\d{1,12})\s*;\s*t=(?<seconds>\d{1,12})")]
    private static partial Regex Budget();
}
