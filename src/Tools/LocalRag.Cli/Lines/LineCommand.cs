using System.Buffers;
using System.Text.Json;

namespace LocalRag.Cli.Lines;

/// <summary>Runs a command over JSON Lines: parses groups of lines, computes them together, writes results in input order.</summary>
internal static class LineCommand
{
    private static readonly JsonWriterOptions WriterOptions = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <param name="streams">Where to read and write.</param>
    /// <param name="parse">Turns a line into an input; throws <see cref="BadLineException"/>.</param>
    /// <param name="compute">Computes a group of inputs; the results have the same order.</param>
    /// <param name="write">Writes one result as one JSON object.</param>
    /// <param name="cancellationToken">Stops between groups and inside <paramref name="compute"/>.</param>
    /// <returns>0, or 1 at the first bad line, whose number and reason are told after the results of all lines before it.</returns>
    public static async Task<int> RunAsync<TInput, TResult>(
        ToolStreams streams,
        Func<JsonLine, TInput> parse,
        Func<IReadOnlyList<TInput>, CancellationToken, IReadOnlyList<TResult>> compute,
        Action<Utf8JsonWriter, TResult> write,
        CancellationToken cancellationToken)
    {
        var number = 0L;
        var output = new ArrayBufferWriter<byte>();
        using var json = new Utf8JsonWriter(output, WriterOptions);
        using var progress = new LineProgress(streams);
        await foreach (var lines in LineReader.ReadGroupsAsync(streams.Input, cancellationToken).ConfigureAwait(false))
        {
            var inputs = new List<TInput>(lines.Count);
            BadLineException? bad = null;
            foreach (var line in lines)
            {
                number++;
                if (IsBlank(line))
                {
                    continue;
                }

                try
                {
                    inputs.Add(parse(JsonLine.Parse(line)));
                }
                catch (BadLineException error)
                {
                    bad = error;
                    break;
                }
            }

            if (inputs.Count > 0)
            {
                foreach (var result in compute(inputs, cancellationToken))
                {
                    json.Reset();
                    write(json, result);
                    json.Flush();
                    output.Write("\n"u8);
                    if (output.WrittenCount > 1 << 20)
                    {
                        await FlushAsync().ConfigureAwait(false);
                    }
                }

                await FlushAsync().ConfigureAwait(false);
            }

            progress.Report(number);
            if (bad is not null)
            {
                progress.Dispose();
                await streams.Error.WriteLineAsync($"localrag: line {number}: {bad.Message}").ConfigureAwait(false);
                return 1;
            }
        }

        return 0;

        async Task FlushAsync()
        {
            await streams.Output.WriteAsync(output.WrittenMemory, cancellationToken).ConfigureAwait(false);
            await streams.Output.FlushAsync(cancellationToken).ConfigureAwait(false);
            output.ResetWrittenCount();
        }
    }

    private static bool IsBlank(byte[] line) => line.AsSpan().IndexOfAnyExcept(" \t\r"u8) < 0;
}
