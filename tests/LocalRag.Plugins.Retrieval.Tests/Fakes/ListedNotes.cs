using System.Runtime.CompilerServices;
using Microsoft.Extensions.VectorData;

namespace LocalRag.Plugins.Retrieval.Tests;

/// <summary>A collection whose search returns its notes in their order, with falling scores, and remembers what it was asked for.</summary>
public sealed class ListedNotes(params IEnumerable<string> texts) : IVectorSearchable<Note>
{
    public List<Note> Notes { get; } = [.. texts.Select((text, i) => new Note { Id = $"n{i}", Text = text, Name = $"note {i}" })];

    public List<(object? Value, int Top, VectorSearchOptions<Note>? Options)> Searches { get; } = [];

    /// <summary>30 notes named "text 0" to "text 29".</summary>
    public static ListedNotes Of(int count) => new(Enumerable.Range(0, count).Select(i => $"text {i}"));

    public async IAsyncEnumerable<VectorSearchResult<Note>> SearchAsync<TInput>(
        TInput searchValue, int top, VectorSearchOptions<Note>? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
        where TInput : notnull
    {
        Searches.Add((searchValue, top, options));
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        var matching = options?.Filter is { } filter ? Notes.Where(filter.Compile()) : Notes;
        foreach (var note in matching.Skip(options?.Skip ?? 0).Take(top))
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return new VectorSearchResult<Note>(note, 1 - Notes.IndexOf(note) / 100.0);
        }
    }

    public object? GetService(Type serviceType, object? serviceKey = null) => serviceType.IsInstanceOfType(this) ? this : null;
}
