namespace LocalRag.Connectors.SentenceTransformers.Tokenization;

internal sealed partial class RegexParser
{
    private Element ParseAtom()
    {
        var c = TakeCodePoint();
        switch (c)
        {
            case '(':
                return ParseGroup();
            case '[':
                return FromSet(ParseClass());
            case '.':
                return FromSet(Dot());
            case '^' or '$':
                return Anchor((char)c);
            case '\\':
                return ParseEscape();
            case '*' or '+' or '?':
                throw Error("a quantifier without anything to repeat");
            default:
                return FromSet(Literal(c));
        }
    }

    private static Element FromSet(CodePointSet set) => new(next => new SetNode(set) { Next = next }, 1, set);

    private static Element Anchor(char anchor) => new(next => new AnchorNode(anchor) { Next = next }, 0);

    private CodePointSet Literal(int codePoint)
    {
        var set = new CodePointSet();
        set.Add(codePoint, codePoint);
        if (_ignoreCase)
            set.AddCaseVariants();
        return set.Freeze();
    }

    private CodePointSet Dot()
    {
        var set = new CodePointSet();
        if (!_dotMatchesNewline)
            set.Add('\n', '\n');
        set.Negate();
        return set.Freeze();
    }

    private Element ParseGroup()
    {
        if (!TryTake('?'))
            return CloseGroup(ParseAlternation());

        switch (TakeCodePoint())
        {
            case ':':
                return CloseGroup(ParseAlternation());
            case '=':
                return Look(AssertionKind.Positive);
            case '!':
                return Look(AssertionKind.Negative);
            case '>':
                return Look(AssertionKind.Atomic);
            case '#':
                _position = pattern.IndexOf(')', _position) is >= 0 and var end ? end + 1 : throw Error("an open comment");
                return new(next => next, 0);
            case '<':
                return ParseLookBehindOrName();
            default:
                _position--;
                return ParseFlags();
        }
    }

    private Element Look(AssertionKind kind)
    {
        var body = CloseGroup(ParseAlternation());
        return new(next => new AssertionNode(body.Link(AcceptNode.Instance), kind, 0) { Next = next }, kind == AssertionKind.Atomic ? body.FixedLength : 0);
    }

    private Element ParseLookBehindOrName()
    {
        var positive = TryTake('=');
        if (!positive && !TryTake('!'))
        {
            _position = pattern.IndexOf('>', _position) is >= 0 and var end ? end + 1 : throw Error("an open group name");
            return CloseGroup(ParseAlternation());
        }

        var body = CloseGroup(ParseAlternation());
        if (body.FixedLength < 0)
            throw Error("a look-behind of varying length");
        var kind = positive ? AssertionKind.Positive : AssertionKind.Negative;
        return new(next => new AssertionNode(body.Link(AcceptNode.Instance), kind, body.FixedLength) { Next = next }, 0);
    }

    private Element ParseFlags()
    {
        var (ignoreCase, dotMatchesNewline) = (_ignoreCase, _dotMatchesNewline);
        for (var value = true; ;)
        {
            switch (TakeCodePoint())
            {
                case '-':
                    value = false;
                    break;
                case 'i':
                    _ignoreCase = value;
                    break;
                case 'm' or 's':
                    _dotMatchesNewline = value;
                    break;
                case ':':
                    var group = CloseGroup(ParseAlternation());
                    (_ignoreCase, _dotMatchesNewline) = (ignoreCase, dotMatchesNewline);
                    return group;
                case ')':
                    // The flags hold to the end of the enclosing group, alternatives included.
                    return ParseAlternationRest();
                default:
                    _position--;
                    throw Error($"the group flag '{pattern[_position]}'");
            }
        }
    }

    private Element ParseAlternationRest() => _position == pattern.Length || pattern[_position] == ')' ? new(next => next, 0) : ParseAlternation();

    private Element CloseGroup(Element body) => TryTake(')') ? body : throw Error("an open group");

    private Element ParseEscape()
    {
        var c = TakeCodePoint();
        switch (c)
        {
            case 'A' or 'z' or 'Z' or 'b' or 'B':
                return Anchor((char)c);
            case 'R':
                return new(LinkLineBreak, -1);
            default:
                _position--;
                return FromSet(ParseClassEscape());
        }
    }

    /// <summary>A line break of any kind; one of two chars is never split.</summary>
    private AssertionNode LinkLineBreak(RegexNode next)
    {
        var single = new CodePointSet();
        single.Add('\n', '\r');
        single.Add(0x85, 0x85);
        single.Add(0x2028, 0x2029);
        var either = new AlternationNode([new LiteralNode("\r\n"), new SetNode(single.Freeze())]);
        _alternations.Add(either);
        return new(either, AssertionKind.Atomic, 0) { Next = next };
    }
}
