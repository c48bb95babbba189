using System.Runtime.CompilerServices;
using System.Threading.Channels;

namespace LocalRag.Plugins.Ingestion.Indexing;

/// <summary>Documents between the one that prepares them and the one that writes them; full when their texts are long, however many they are.</summary>
internal sealed class PreparedQueue : IDisposable
{
    private const int CharactersPerPlace = 64 << 10;

    // 16 MB of text: enough to keep the model busy while a long document is cut.
    private const int Places = 128;

    private readonly Channel<PreparedDocument> _channel = Channel.CreateUnbounded<PreparedDocument>(new() { SingleReader = true, SingleWriter = true });
    private readonly SemaphoreSlim _free = new(Places);

    public async Task AddAsync(PreparedDocument document, CancellationToken cancellationToken)
    {
        // Only one adds, so taking places one by one cannot end in a deadlock; a document of any length fits into the empty queue.
        for (var i = PlacesOf(document); i > 0; i--)
        {
            await _free.WaitAsync(cancellationToken).ConfigureAwait(false);
        }

        await _channel.Writer.WriteAsync(document, cancellationToken).ConfigureAwait(false);
    }

    public void Complete() => _channel.Writer.Complete();

    public async IAsyncEnumerable<PreparedDocument> TakeAllAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var document in _channel.Reader.ReadAllAsync(cancellationToken).ConfigureAwait(false))
        {
            _free.Release(PlacesOf(document));
            yield return document;
        }
    }

    public void Dispose() => _free.Dispose();

    private static int PlacesOf(PreparedDocument document) => Math.Min(1 + (document.Text.Length / CharactersPerPlace), Places);
}
