using System.Globalization;
using System.Text;

namespace LocalRag.Connectors.SentenceTransformers.Tokenization;

/// <summary>Reads a regular expression in Oniguruma's syntax and links its nodes.</summary>
/// <remarks>Supported is what tokenizers use and a margin around it; everything else is refused by name, never ignored.</remarks>
internal sealed partial class RegexParser(string pattern)
{
    private const int MaxNesting = 100, MaxRepeat = 1000;

    private readonly List<AlternationNode> _alternations = [];
    private int _position, _loopCount, _nesting;
    private bool _ignoreCase, _dotMatchesNewline;

    /// <summary>A parsed element: how to link it before another, and, where it is one code point of a set, that set.</summary>
    private sealed record Element(Func<RegexNode, RegexNode> Link, int FixedLength, CodePointSet? Set = null);

    public (RegexNode Root, int LoopCount) Parse()
    {
        var root = ParseAlternation().Link(AcceptNode.Instance);
        if (_position < pattern.Length)
            throw Error("an unmatched ')'");
        foreach (var alternation in _alternations)
            alternation.Prepare();
        return (root, _loopCount);
    }

    private Element ParseAlternation()
    {
        if (++_nesting > MaxNesting)
            throw Error($"groups nested more than {MaxNesting} deep");
        var (ignoreCase, dotMatchesNewline) = (_ignoreCase, _dotMatchesNewline);
        var branches = new List<Element> { ParseSequence() };
        while (TryTake('|'))
            branches.Add(ParseSequence());
        (_ignoreCase, _dotMatchesNewline) = (ignoreCase, dotMatchesNewline);
        _nesting--;

        if (branches is [var only])
            return only;
        if (branches.Count > 64)
            throw Error("more than 64 alternatives");
        var length = branches.TrueForAll(b => b.FixedLength == branches[0].FixedLength) ? branches[0].FixedLength : -1;
        return new(next =>
        {
            var node = new AlternationNode([.. branches.Select(b => b.Link(next))]);
            _alternations.Add(node);
            return node;
        }, length);
    }

    private Element ParseSequence()
    {
        var elements = new List<Element>();
        while (_position < pattern.Length && pattern[_position] is not ('|' or ')'))
            elements.Add(ParseQuantifiers(ParseAtom()));
        var length = elements.TrueForAll(e => e.FixedLength >= 0) ? elements.Sum(e => e.FixedLength) : -1;
        return new(next => LinkSequence(elements, next), length, elements is [{ Set: { } set }] ? set : null);
    }

    private static RegexNode LinkSequence(List<Element> elements, RegexNode next)
    {
        for (var i = elements.Count - 1; i >= 0; i--)
        {
            var literal = new StringBuilder();
            var first = i;
            for (; first >= 0 && elements[first].Set is { } set && set.Single() is >= 0 and var codePoint; first--)
                literal.Insert(0, new Rune(codePoint).ToString());
            if (literal.Length > 0)
            {
                next = new LiteralNode(literal.ToString()) { Next = next };
                i = first + 1;
                continue;
            }

            next = elements[i].Link(next);
        }

        return next;
    }

    private Element ParseQuantifiers(Element atom)
    {
        while (TryTakeRepeat(out var min, out var max, out var isInterval))
        {
            var kind = TryTake('?') ? RepeatKind.Lazy : !isInterval && TryTake('+') ? RepeatKind.Possessive : RepeatKind.Greedy;
            atom = Repeat(atom, min, max, kind);
        }

        return atom;
    }

    private Element Repeat(Element atom, int min, int max, RepeatKind kind)
    {
        var length = min == max && atom.FixedLength >= 0 ? min * atom.FixedLength : -1;
        if (atom.Set is { } set)
            return new(next => new SetLoopNode(set, min, max, kind) { Next = next }, length);
        if (kind == RepeatKind.Possessive)
        {
            var greedy = Repeat(atom, min, max, RepeatKind.Greedy);
            return new(next => new AssertionNode(greedy.Link(AcceptNode.Instance), AssertionKind.Atomic, 0) { Next = next }, length);
        }

        var lazy = kind == RepeatKind.Lazy;
        return new(next =>
        {
            var node = max == int.MaxValue ? LinkLoop(atom, lazy, next) : LinkOptions(atom, max - min, lazy, next);
            for (var i = 0; i < min; i++)
                node = atom.Link(node);
            return node;
        }, length);
    }

    private GroupLoopNode.Entry LinkLoop(Element atom, bool lazy, RegexNode next)
    {
        var index = _loopCount++;
        var loop = new GroupLoopNode(index, lazy) { Next = next };
        loop.Body = atom.Link(loop);
        return new(loop, index);
    }

    private static RegexNode LinkOptions(Element atom, int count, bool lazy, RegexNode next)
    {
        var node = next;
        for (var i = 0; i < count; i++)
            node = new OptionNode(atom.Link(node), lazy) { Next = next };
        return node;
    }

    private bool TryTakeRepeat(out int min, out int max, out bool isInterval)
    {
        (min, max, isInterval) = (0, int.MaxValue, false);
        if (_position == pattern.Length)
            return false;
        switch (pattern[_position])
        {
            case '*':
                break;
            case '+':
                min = 1;
                break;
            case '?':
                max = 1;
                break;
            case '{' when TryReadInterval(out min, out max):
                isInterval = true;
                return true;
            default:
                return false;
        }

        _position++;
        return true;
    }

    private bool TryReadInterval(out int min, out int max)
    {
        (min, max) = (0, int.MaxValue);
        var close = pattern.IndexOf('}', _position);
        if (close < 0)
            return false;
        var bounds = pattern[(_position + 1)..close].Split(',');
        if (bounds.Length > 2 || bounds.All(b => b.Length == 0) || !ReadBound(bounds[0], 0, out min) || !ReadBound(bounds[^1], int.MaxValue, out max))
            return false;
        if (min > max || min > MaxRepeat || max is > MaxRepeat and < int.MaxValue)
            throw Error($"the repetition {pattern[_position..(close + 1)]}");
        _position = close + 1;
        return true;

        static bool ReadBound(string text, int absent, out int value)
        {
            value = absent;
            return text.Length == 0 || int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value);
        }
    }

    private bool TryTake(char c)
    {
        if (_position == pattern.Length || pattern[_position] != c)
            return false;
        _position++;
        return true;
    }

    private int TakeCodePoint()
    {
        if (_position == pattern.Length)
            throw Error("an unexpected end");
        var codePoint = CodePoint.At(pattern, _position, out var length);
        _position += length;
        return codePoint;
    }

    private FormatException Error(string found) => new($"the regular expression \"{pattern}\" has {found} at position {_position}, which is not supported");
}
