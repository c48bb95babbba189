using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace LocalRag.Connectors.SentenceTransformers.Tokenization;

/// <summary>Text on its way through the stages, with, if asked for, the range of the source text that each char came from.</summary>
internal sealed class TextBuffer
{
    private char[] _chars = [];
    private int[] _starts = [], _ends = [];

    public int Length { get; private set; }

    /// <summary>True if source ranges are kept; offsets cost memory, so only callers that need them ask for them.</summary>
    public bool Tracks { get; private set; }

    public Span<char> Chars => _chars.AsSpan(0, Length);

    public char this[int index] => _chars[index];

    public void Reset(bool tracks)
    {
        Length = 0;
        Tracks = tracks;
        if (tracks && _starts.Length < _chars.Length)
            GrowRanges(0);
    }

    /// <summary>Makes room for a text of about this length, so that a long one does not grow step by step.</summary>
    public void Reserve(int length)
    {
        if (length > _chars.Length)
            Grow(length + (length >> 4));
    }

    /// <summary>Appends a slice of the source text itself.</summary>
    public void AppendSource(ReadOnlySpan<char> text, int sourceOffset)
    {
        var at = Length;
        text.CopyTo(Extend(text.Length));
        if (!Tracks)
            return;
        for (var i = 0; i < text.Length; i++)
        {
            _starts[at + i] = sourceOffset + i;
            _ends[at + i] = sourceOffset + i + 1;
        }
    }

    /// <summary>Appends a slice of an earlier buffer unchanged.</summary>
    public void AppendFrom(TextBuffer source, int start, int count)
    {
        source._chars.AsSpan(start, count).CopyTo(AppendMany(source, start, count));
    }

    /// <summary>Makes room for <paramref name="count"/> chars that stand one for one for those at <paramref name="start"/> of an earlier buffer.</summary>
    public Span<char> AppendMany(TextBuffer source, int start, int count)
    {
        var at = Length;
        var room = Extend(count);
        if (Tracks)
        {
            source._starts.AsSpan(start, count).CopyTo(_starts.AsSpan(at));
            source._ends.AsSpan(start, count).CopyTo(_ends.AsSpan(at));
        }

        return room;
    }

    /// <summary>Appends one char that stands for <paramref name="count"/> chars of an earlier buffer; zero for a char inserted before <paramref name="start"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Append(char c, TextBuffer source, int start, int count)
    {
        if (Length == _chars.Length)
            Grow(Length + 1);
        _chars[Length] = c;
        if (Tracks)
            SetRange(Length, source, start, count);
        Length++;
    }

    /// <summary>Appends one code point that stands for <paramref name="count"/> chars of an earlier buffer.</summary>
    public void AppendCodePoint(int codePoint, TextBuffer source, int start, int count)
    {
        if (codePoint < 0x10000)
        {
            Append((char)codePoint, source, start, count);
            return;
        }

        Span<char> pair = stackalloc char[2];
        CodePoint.Write(codePoint, pair);
        Append(pair[0], source, start, count);
        Append(pair[1], source, start, count);
    }

    /// <summary>Appends a text that stands for <paramref name="count"/> chars of an earlier buffer.</summary>
    public void AppendText(ReadOnlySpan<char> text, TextBuffer source, int start, int count)
    {
        foreach (var c in text)
            Append(c, source, start, count);
    }

    /// <summary>Where in the source text the char at <paramref name="index"/> begins.</summary>
    public int SourceStart(int index) => _starts[index];

    /// <summary>Where in the source text the char at <paramref name="index"/> ends.</summary>
    public int SourceEnd(int index) => _ends[index];

    /// <summary>Sorts the code points from <paramref name="from"/> to the end by combining class, equal ones in their old order.</summary>
    public void SortByCombiningClass(int from)
    {
        // Class in the high bits, position in the low ones: an unstable sort of these keys is a stable sort of the marks.
        var keys = new long[Length - from];
        var count = 0;
        for (int i = from, length; i < Length; i += length)
            keys[count++] = (long)CodePoint.CombiningClass(CodePoint.At(Chars, i, out length)) << 32 | (uint)i;
        Array.Sort(keys, 0, count);

        var (chars, starts, ends) = (_chars[from..Length], Tracks ? _starts[from..Length] : [], Tracks ? _ends[from..Length] : []);
        var at = from;
        foreach (var key in keys.AsSpan(0, count))
        {
            var old = (int)(key & uint.MaxValue) - from;
            for (var units = char.IsHighSurrogate(chars[old]) ? 2 : 1; units > 0; units--, old++, at++)
            {
                _chars[at] = chars[old];
                if (Tracks)
                    (_starts[at], _ends[at]) = (starts[old], ends[old]);
            }
        }
    }

    /// <summary>Moves chars towards the front.</summary>
    public void Move(int from, int to, int count)
    {
        if (from == to)
            return;
        for (var i = 0; i < count; i++)
        {
            _chars[to + i] = _chars[from + i];
            if (Tracks)
                (_starts[to + i], _ends[to + i]) = (_starts[from + i], _ends[from + i]);
        }
    }

    /// <summary>Writes a composite over its starter, which is as long, and lets it stand for the mark's source too.</summary>
    public void SetComposite(int starterAt, int starterLength, int composite, int mark, int markLength)
    {
        var length = CodePoint.Write(composite, _chars.AsSpan(starterAt));
        Debug.Assert(length == starterLength, "no composite is longer or shorter than its starter");
        if (Tracks)
            _ends.AsSpan(starterAt, length).Fill(Math.Max(_ends[starterAt], _ends[mark + markLength - 1]));
    }

    /// <summary>Shortens the text to its first <paramref name="length"/> chars.</summary>
    public void Truncate(int length) => Length = length;

    /// <summary>Gives back arrays that one long text made large.</summary>
    public void Trim(int maxLength)
    {
        Length = 0;
        if (_chars.Length <= maxLength)
            return;
        PooledArray.Release(ref _chars);
        PooledArray.Release(ref _starts);
        PooledArray.Release(ref _ends);
    }

    private void SetRange(int index, TextBuffer source, int start, int count)
    {
        if (count > 0)
        {
            _starts[index] = source._starts[start];
            _ends[index] = source._ends[start + count - 1];
            return;
        }

        var at = start < source.Length ? source._starts[start] : source.Length > 0 ? source._ends[source.Length - 1] : 0;
        _starts[index] = _ends[index] = at;
    }

    private Span<char> Extend(int count)
    {
        var at = Length;
        if (at + count > _chars.Length)
            Grow(at + count);
        Length += count;
        return _chars.AsSpan(at, count);
    }

    private void Grow(int needed)
    {
        PooledArray.Grow(ref _chars, Length, needed);
        if (Tracks)
            GrowRanges(Length);
    }

    private void GrowRanges(int count)
    {
        PooledArray.Grow(ref _starts, count, _chars.Length);
        PooledArray.Grow(ref _ends, count, _chars.Length);
    }
}
