using System.Runtime.CompilerServices;

namespace LocalRag.Connectors.InMemory;

/// <summary>Makes asynchronous sequences of work that is done in memory.</summary>
internal static class AsyncSequence
{
    // The abstraction is asynchronous; there is nothing to wait for.
#pragma warning disable CS1998
    public static async IAsyncEnumerable<T> From<T>(Func<CancellationToken, IEnumerable<T>> items, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        foreach (var item in items(cancellationToken))
            yield return item;
    }
#pragma warning restore CS1998

    public static async IAsyncEnumerable<TResult> Select<T, TResult>(IAsyncEnumerable<T> items, Func<T, TResult> select, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await foreach (var item in items.WithCancellation(cancellationToken).ConfigureAwait(false))
            yield return select(item);
    }
}
