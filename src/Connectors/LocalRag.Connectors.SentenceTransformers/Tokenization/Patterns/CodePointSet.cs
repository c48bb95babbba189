using System.Globalization;
using System.Runtime.CompilerServices;

namespace LocalRag.Connectors.SentenceTransformers.Tokenization;

/// <summary>A class of a regular expression: ranges, general categories, properties, nested classes, negation and intersection.</summary>
internal sealed class CodePointSet
{
    private readonly List<(int First, int Last)> _ranges = [];
    private readonly List<CodePointSet> _nested = [];
    private CodePointSet? _intersection;
    private uint _categories;
    private bool _negated, _isWord;
    private ulong _low, _high;

    /// <summary>
    /// <c>\w</c> as Oniguruma has it: Alphabetic, marks, decimal digits and connectors. Below U+0100 it takes a table of its own, in which
    /// superscripts and fractions are word characters too; join controls are none.
    /// </summary>
    public static CodePointSet Word { get; } = MakeWord();

    public void Add(int first, int last) => _ranges.Add((first, last));

    public void Add(CodePointSet nested) => _nested.Add(nested);

    public void AddCategories(uint mask) => _categories |= mask;

    public void Intersect(CodePointSet other) => _intersection = other;

    public void Negate() => _negated = !_negated;

    /// <summary>Adds the code points that differ only by case, for the explicit ranges.</summary>
    public void AddCaseVariants()
    {
        var (from, to) = (UnicodeTables.FoldFrom, UnicodeTables.FoldTo);
        var folds = new HashSet<int>();
        for (var i = 0; i < from.Length; i++)
        {
            if (InRanges(from[i]) || InRanges(to[i]))
                folds.Add(to[i]);
        }

        for (var i = 0; i < from.Length; i++)
        {
            if (folds.Contains(to[i]))
            {
                Add(from[i], from[i]);
                Add(to[i], to[i]);
            }
        }
    }

    /// <summary>Call once all parts are added.</summary>
    public CodePointSet Freeze()
    {
        for (var c = 0; c < 64; c++)
        {
            if (Evaluate(c))
                _low |= 1UL << c;
            if (Evaluate(c + 64))
                _high |= 1UL << c;
        }

        return this;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool ContainsAscii(int c) => ((c < 64 ? _low >> c : _high >> (c - 64)) & 1) != 0;

    public bool Contains(int codePoint) => codePoint < 128 ? ContainsAscii(codePoint) : Evaluate(codePoint);

    public FirstSet First() => new(_low, _high, true, false);

    /// <summary>The one code point of the set if it is a single explicit one, otherwise -1.</summary>
    public int Single() => !_negated && _intersection is null && _nested.Count == 0 && _categories == 0
        && _ranges is [var (first, last)] && first == last ? first : -1;

    public static uint Mask(params ReadOnlySpan<UnicodeCategory> categories)
    {
        var mask = 0u;
        foreach (var category in categories)
            mask |= 1u << (int)category;
        return mask;
    }

    private static CodePointSet MakeWord()
    {
        var joinControl = new CodePointSet();
        joinControl.Add(0x200C, 0x200D);
        joinControl.Negate();
        var word = new CodePointSet { _isWord = true };
        word.Add(0xB2, 0xB3);
        word.Add(0xB9, 0xB9);
        word.Add(0xBC, 0xBE);
        word.Intersect(joinControl);
        return word.Freeze();
    }

    private bool Evaluate(int codePoint)
    {
        var contains = (_categories >> (int)UnicodeTables.Category(codePoint) & 1) != 0 || InRanges(codePoint) || _isWord && CodePoint.IsWord(codePoint) || InNested(codePoint);
        if (_intersection is not null)
            contains &= _intersection.Evaluate(codePoint);
        return contains != _negated;
    }

    private bool InRanges(int codePoint)
    {
        foreach (var (first, last) in _ranges)
        {
            if (codePoint >= first && codePoint <= last)
                return true;
        }

        return false;
    }

    private bool InNested(int codePoint)
    {
        foreach (var set in _nested)
        {
            if (set.Evaluate(codePoint))
                return true;
        }

        return false;
    }
}
