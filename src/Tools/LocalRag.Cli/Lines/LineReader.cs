using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;

namespace LocalRag.Cli.Lines;

/// <summary>Reads lines in groups: as many as have arrived, up to a limit, so that batches are large on a file and a lone line is answered at once.</summary>
internal static class LineReader
{
    private const int MaxLines = 1024;
    private const long MaxGroupBytes = 4 << 20;
    private const long MaxLineBytes = 256L << 20;

    public static async IAsyncEnumerable<List<byte[]>> ReadGroupsAsync(Stream input, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var reader = PipeReader.Create(input, new StreamPipeReaderOptions(bufferSize: 256 * 1024, leaveOpen: true));
        while (true)
        {
            var result = await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
            var buffer = result.Buffer;
            var lines = new List<byte[]>();
            long bytes = 0;
            while (lines.Count < MaxLines && bytes < MaxGroupBytes && buffer.PositionOf((byte)'\n') is { } end)
            {
                var line = buffer.Slice(0, end).ToArray();
                bytes += line.Length;
                lines.Add(line);
                buffer = buffer.Slice(buffer.GetPosition(1, end));
            }

            var complete = lines.Count == 0 && result.IsCompleted;
            if (complete && buffer.Length > 0)
            {
                lines.Add(buffer.ToArray());
                buffer = buffer.Slice(buffer.End);
            }

            if (lines.Count == 0 && buffer.Length > MaxLineBytes)
            {
                throw new InvalidDataException($"a line has more than {MaxLineBytes:N0} bytes; write one JSON object per line");
            }

            // Lines that wait behind a full group must not make the reader ask the stream for more before it hands them out.
            reader.AdvanceTo(buffer.Start, lines.Count == 0 ? buffer.End : buffer.Start);
            if (lines.Count > 0)
            {
                yield return lines;
            }

            if (complete)
            {
                await reader.CompleteAsync().ConfigureAwait(false);
                yield break;
            }
        }
    }
}
