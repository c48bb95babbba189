namespace LocalRag.Connectors.SentenceTransformers.Tokenization;

/// <summary>A superset of the chars that a match can begin with, to skip hopeless positions and branches.</summary>
/// <param name="Low">ASCII 0 to 63, a bit each.</param>
/// <param name="High">ASCII 64 to 127, a bit each.</param>
/// <param name="NonAscii">True if a match may begin with a code point beyond ASCII.</param>
/// <param name="Empty">True if a match may be empty, and so begin anywhere.</param>
internal readonly record struct FirstSet(ulong Low, ulong High, bool NonAscii, bool Empty)
{
    public static FirstSet Anything { get; } = new(ulong.MaxValue, ulong.MaxValue, true, true);

    public FirstSet Union(FirstSet other) => new(Low | other.Low, High | other.High, NonAscii || other.NonAscii, Empty || other.Empty);

    public bool HasAscii(int c) => ((c < 64 ? Low >> c : High >> (c - 64)) & 1) != 0;

    public bool MayStart(ReadOnlySpan<char> text, int at) =>
        Empty || at < text.Length && (text[at] < 128 ? HasAscii(text[at]) : NonAscii);
}
