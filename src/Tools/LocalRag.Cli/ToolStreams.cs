using System.Text;
using Microsoft.Win32.SafeHandles;

namespace LocalRag.Cli;

/// <summary>Where a command reads and writes: the process's own streams, or a test's.</summary>
/// <param name="Input">JSON Lines in UTF-8.</param>
/// <param name="Output">Results in UTF-8; write through <see cref="WriteAsync"/>.</param>
/// <param name="Error">Messages and progress.</param>
/// <param name="ShowProgress">Whether somebody watches the error stream.</param>
internal sealed record ToolStreams(Stream Input, Stream Output, TextWriter Error, bool ShowProgress)
{
    private const int UnixBrokenPipe = 32;
    private const int WindowsBrokenPipe = unchecked((int)0x8007006D);
    private const int WindowsPipeClosing = unchecked((int)0x800700E8);

    public static ToolStreams Standard() =>
        new(Console.OpenStandardInput(), OpenOutput(), Console.Error, !Console.IsErrorRedirected);

    /// <summary>Writes bytes and hands them on at once.</summary>
    /// <exception cref="OutputClosedException">Nobody reads any more.</exception>
    public async Task WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        try
        {
            await Output.WriteAsync(bytes, cancellationToken).ConfigureAwait(false);
            await Output.FlushAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (IOException exception) when (exception.HResult is UnixBrokenPipe or WindowsBrokenPipe or WindowsPipeClosing)
        {
            throw new OutputClosedException(exception);
        }
    }

    /// <summary>Writes one line of text to the output.</summary>
    /// <exception cref="OutputClosedException">Nobody reads any more.</exception>
    public Task WriteLineAsync(string line, CancellationToken cancellationToken) => WriteAsync(Encoding.UTF8.GetBytes(line + "\n"), cancellationToken);

    // The console's own stream swallows the error of a pipe whose reader has gone, and a command would work on for nobody. A file stream
    // reports it, but keeps a position of its own, which is wrong for a file that several programs write to in turn.
    private static Stream OpenOutput()
    {
        if (!OperatingSystem.IsWindows() && Console.IsOutputRedirected)
        {
            try
            {
                var pipe = new FileStream(new SafeFileHandle(1, ownsHandle: false), FileAccess.Write, bufferSize: 0);
                if (!pipe.CanSeek)
                    return pipe;
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException)
            {
                // A closed or odd descriptor: the console's stream copes.
            }
        }

        return Console.OpenStandardOutput();
    }
}
