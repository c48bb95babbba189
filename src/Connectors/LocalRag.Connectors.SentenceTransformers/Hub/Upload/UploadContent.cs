using System.Buffers;
using System.Net;

namespace LocalRag.Connectors.SentenceTransformers.Hub.Upload;

/// <summary>The body of one PUT: a part of a file with its exact length. It can be written again, from its own beginning, for each attempt.</summary>
internal sealed class UploadContent(UploadFile file, long offset, long length, Action<long> onWritten) : HttpContent
{
    private const int BufferSize = 128 * 1024;

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        var source = file.Open();
        await using (source.ConfigureAwait(false))
        {
            try
            {
                source.Seek(offset, SeekOrigin.Begin);
                for (long written = 0; written < length;)
                {
                    var read = await source.ReadAsync(buffer.AsMemory(0, (int)Math.Min(buffer.Length, length - written)), cancellationToken).ConfigureAwait(false);
                    if (read == 0)
                    {
                        throw new InvalidDataException($"'{file.Path}' became shorter while it was pushed.");
                    }

                    await stream.WriteAsync(buffer.AsMemory(0, read), cancellationToken).ConfigureAwait(false);
                    written += read;
                    onWritten(offset + written);
                }
            }
            finally
            {
                ArrayPool<byte>.Shared.Return(buffer);
            }
        }
    }

    protected override bool TryComputeLength(out long computed)
    {
        computed = length;
        return true;
    }
}
