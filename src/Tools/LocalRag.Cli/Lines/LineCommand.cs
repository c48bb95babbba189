using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace LocalRag.Cli.Lines;

/// <summary>Runs a command over JSON Lines: parses groups of lines, computes them together, writes results in input order.</summary>
internal static class LineCommand
{
    private const int FlushSize = 1 << 20;

    private static readonly JsonWriterOptions WriterOptions = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Runs the command to the end of the input, or to its first bad line.</summary>
    /// <param name="streams">Where to read and write.</param>
    /// <param name="parse">Turns a line into an input, on several threads at once; <see cref="BadLineException"/> and <see cref="ArgumentException"/> are the line's fault.</param>
    /// <param name="compute">Computes a group of inputs in their order. A lazy result may throw <see cref="BadLineException"/> for the line it is at.</param>
    /// <param name="write">Writes one result as one JSON object; may throw <see cref="BadLineException"/>.</param>
    /// <param name="cancellationToken">Stops between groups and inside <paramref name="compute"/>.</param>
    /// <returns>0, or 1 at the first bad line, whose number and reason are told after the results of all lines before it.</returns>
    public static async Task<int> RunAsync<TInput, TResult>(
        ToolStreams streams,
        Func<JsonLine, TInput> parse,
        Func<IReadOnlyList<TInput>, CancellationToken, IEnumerable<TResult>> compute,
        Action<Utf8JsonWriter, TResult> write,
        CancellationToken cancellationToken)
    {
        long before = 0;
        var output = new ArrayBufferWriter<byte>();
        using var json = new Utf8JsonWriter(output, WriterOptions);
        using var progress = new LineProgress(streams);
        await foreach (var lines in LineReader.ReadGroupsAsync(streams.Input, cancellationToken).ConfigureAwait(false))
        {
            var (inputs, numbers, bad) = LineGroup<TInput>.Parse(lines, before, parse);
            before += lines.Count;
            var done = 0;
            var finished = 0;
            try
            {
                if (inputs.Count > 0)
                {
                    foreach (var result in compute(inputs, cancellationToken))
                    {
                        json.Reset();
                        write(json, result);
                        json.Flush();
                        output.Write("\n"u8);
                        finished = output.WrittenCount;
                        done++;
                        if (finished > FlushSize)
                            await FlushAsync().ConfigureAwait(false);
                    }
                }
            }
            catch (BadLineException exception)
            {
                bad = new(numbers[done], exception.Message);
            }

            await FlushAsync().ConfigureAwait(false);
            progress.Report(before);
            if (bad is { } first)
            {
                progress.Dispose();
                await streams.Error.WriteLineAsync($"localrag: line {first.Number}: {first.Reason}").ConfigureAwait(false);
                return 1;
            }

            async Task FlushAsync()
            {
                if (finished > 0)
                    await streams.WriteAsync(output.WrittenMemory[..finished], cancellationToken).ConfigureAwait(false);
                output.ResetWrittenCount();
                finished = 0;
            }
        }

        return 0;
    }
}
