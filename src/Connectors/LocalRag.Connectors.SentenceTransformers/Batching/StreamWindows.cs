using System.Runtime.CompilerServices;

namespace LocalRag.Connectors.SentenceTransformers.Batching;

/// <summary>Cuts a stream into windows that are large enough for good batches and small enough to hold in memory.</summary>
internal static class StreamWindows
{
    private const int MostTexts = 1024;

    private const int MostCharacters = 4 << 20;

    public static async IAsyncEnumerable<IReadOnlyList<string>> OfAsync(IAsyncEnumerable<string> texts, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var window = new List<string>();
        var characters = 0;
        var index = 0L;
        await foreach (var text in texts.WithCancellation(cancellationToken).ConfigureAwait(false))
        {
            if (text is null)
                throw new ArgumentException($"Text {index} of the stream is null; expected a text, which may be empty.", nameof(texts));
            index++;
            window.Add(text);
            characters += text.Length;
            if (window.Count < MostTexts && characters < MostCharacters)
                continue;
            yield return window;
            window = [];
            characters = 0;
        }

        if (window.Count > 0)
            yield return window;
    }
}
