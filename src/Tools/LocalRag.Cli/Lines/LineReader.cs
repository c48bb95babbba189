using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;

namespace LocalRag.Cli.Lines;

/// <summary>Reads lines in groups: as many as have arrived, up to a limit, so that batches are large when input waits and a lone line is answered at once.</summary>
/// <remarks>Reading goes on while a group is computed, but not far: what has not been handed out stays below a few megabytes, or one line.</remarks>
internal static class LineReader
{
    private const int MostLines = 1024;
    private const int MostBytes = 4 << 20;
    private const int BlockSize = 128 << 10;
    private const long LongestLine = 1L << 30;

    /// <summary>Groups of at least one line each, without the line breaks.</summary>
    /// <exception cref="InvalidDataException">A line is longer than a gigabyte.</exception>
    public static async IAsyncEnumerable<List<byte[]>> ReadGroupsAsync(Stream input, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var pipe = new Pipe(new PipeOptions(minimumSegmentSize: BlockSize, pauseWriterThreshold: MostBytes, resumeWriterThreshold: MostBytes / 2, useSynchronizationContext: false));
        var filling = FillAsync(input, pipe.Writer, cancellationToken);
        var reader = pipe.Reader;
        long searched = 0;
        while (true)
        {
            var result = await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
            var rest = result.Buffer;
            var lines = new List<byte[]>();
            long bytes = 0;
            while (lines.Count < MostLines && bytes < MostBytes && rest.Slice(searched).PositionOf((byte)'\n') is { } end)
            {
                searched = 0;
                var line = rest.Slice(0, end).ToArray();
                bytes += line.Length;
                lines.Add(line);
                rest = rest.Slice(rest.GetPosition(1, end));
            }

            if (lines.Count == 0)
            {
                searched = rest.Length;
                if (searched > LongestLine)
                    throw new InvalidDataException($"a line has more than {LongestLine:N0} bytes; write one JSON object per line");
                if (result.IsCompleted)
                {
                    await filling.ConfigureAwait(false);
                    if (searched > 0)
                        yield return [rest.ToArray()];
                    yield break;
                }
            }

            // Lines that wait behind a full group are to be handed out next, not to wait for more input.
            reader.AdvanceTo(rest.Start, lines.Count == 0 ? rest.End : rest.Start);
            if (lines.Count > 0)
                yield return lines;
        }
    }

    private static async Task FillAsync(Stream input, PipeWriter writer, CancellationToken cancellationToken)
    {
        try
        {
            int read;
            do
            {
                read = await input.ReadAsync(writer.GetMemory(BlockSize), cancellationToken).ConfigureAwait(false);
                writer.Advance(read);
            }
            while (read > 0 && !(await writer.FlushAsync(cancellationToken).ConfigureAwait(false)).IsCompleted);
            await writer.CompleteAsync().ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            // The reader of the pipe throws it on.
            await writer.CompleteAsync(exception).ConfigureAwait(false);
        }
    }
}
