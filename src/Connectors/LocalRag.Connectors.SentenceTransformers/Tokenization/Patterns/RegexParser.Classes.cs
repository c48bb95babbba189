using System.Globalization;

namespace LocalRag.Connectors.SentenceTransformers.Tokenization;

internal sealed partial class RegexParser
{
    private CodePointSet ParseClass()
    {
        if (++_nesting > MaxNesting)
            throw Error($"classes nested more than {MaxNesting} deep");
        var set = new CodePointSet();
        var negated = TryTake('^');
        var isFirst = true;
        while (true)
        {
            if (_position == pattern.Length)
                throw Error("an open class");
            if (pattern[_position] == ']' && !isFirst)
                break;
            isFirst = false;
            if (pattern.AsSpan(_position).StartsWith("&&", StringComparison.Ordinal))
            {
                _position += 2;
                set.Intersect(ParseIntersection());
                break;
            }

            if (pattern.AsSpan(_position).StartsWith("[:", StringComparison.Ordinal) && pattern.IndexOf(":]", _position, StringComparison.Ordinal) > 0)
                throw Error("a POSIX bracket");
            if (TryTake('['))
                set.Add(ParseClass());
            else
                ParseClassItem(set);
        }

        _position++;
        _nesting--;
        if (_ignoreCase)
            set.AddCaseVariants();
        if (negated)
            set.Negate();
        return set.Freeze();
    }

    /// <summary>The right side of &amp;&amp;, up to the bracket that closes the class.</summary>
    private CodePointSet ParseIntersection()
    {
        var set = new CodePointSet();
        while (_position < pattern.Length && pattern[_position] != ']')
        {
            if (pattern.AsSpan(_position).StartsWith("&&", StringComparison.Ordinal))
            {
                _position += 2;
                set.Intersect(ParseIntersection());
                break;
            }

            if (TryTake('['))
                set.Add(ParseClass());
            else
                ParseClassItem(set);
        }

        return _position < pattern.Length ? set.Freeze() : throw Error("an open class");
    }

    private void ParseClassItem(CodePointSet set)
    {
        var first = ParseClassCodePoint(out var nested);
        if (nested is not null)
        {
            set.Add(nested);
            return;
        }

        if (_position + 1 < pattern.Length && pattern[_position] == '-' && pattern[_position + 1] != ']')
        {
            _position++;
            var last = ParseClassCodePoint(out nested);
            if (nested is not null || last < first)
                throw Error("a class range out of order");
            set.Add(first, last);
            return;
        }

        set.Add(first, first);
    }

    private int ParseClassCodePoint(out CodePointSet? nested)
    {
        nested = null;
        var c = TakeCodePoint();
        if (c != '\\')
            return c;
        if (TryTake('b'))
            return '\b';
        var escaped = ParseClassEscape();
        var single = escaped.Single();
        if (single < 0)
            nested = escaped;
        return single;
    }

    /// <summary>An escape that stands for one code point or for a set of them; the backslash is taken.</summary>
    private CodePointSet ParseClassEscape()
    {
        var c = TakeCodePoint();
        return c switch
        {
            's' => WhiteSpace(false),
            'S' => WhiteSpace(true),
            'd' => Categories(CodePointSet.Mask(UnicodeCategory.DecimalDigitNumber), false),
            'D' => Categories(CodePointSet.Mask(UnicodeCategory.DecimalDigitNumber), true),
            'w' => Word(false),
            'W' => Word(true),
            'h' => HexDigit(false),
            'H' => HexDigit(true),
            'p' => ParseProperty(false),
            'P' => ParseProperty(true),
            'n' => Literal('\n'),
            'r' => Literal('\r'),
            't' => Literal('\t'),
            'f' => Literal('\f'),
            'v' => Literal('\v'),
            'a' => Literal('\a'),
            'e' => Literal('\u001b'),
            '0' => Literal('\0'),
            'x' => Literal(ParseHex()),
            'u' => Literal(ParseHexDigits(4)),
            _ when c < 128 && char.IsAsciiLetterOrDigit((char)c) => throw Error($"the escape \\{(char)c}"),
            _ => Literal(c),
        };
    }

    private int ParseHex()
    {
        if (!TryTake('{'))
            return ParseHexDigits(2);
        var close = pattern.IndexOf('}', _position);
        if (close < 0)
            throw Error("an open \\x{");
        var value = ParseHexDigits(close - _position);
        _position++;
        return value;
    }

    private int ParseHexDigits(int count)
    {
        if (_position + count > pattern.Length || !int.TryParse(pattern.AsSpan(_position, count), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value) || (uint)value > 0x10FFFF)
            throw Error("a malformed hexadecimal escape");
        _position += count;
        return value;
    }

    private CodePointSet ParseProperty(bool negated)
    {
        string name;
        if (TryTake('{'))
        {
            var close = pattern.IndexOf('}', _position);
            if (close < 0)
                throw Error("an open \\p{");
            negated ^= TryTake('^');
            name = pattern[_position..close];
            if (!TryCategoryMask(name, out _))
                throw Error($"the property \\p{{{name}}}");
            _position = close + 1;
        }
        else
        {
            name = ((char)TakeCodePoint()).ToString();
        }

        return TryCategoryMask(name, out var mask) ? Categories(mask, negated) : throw Error($"the property \\p{name}");
    }

    private static CodePointSet Categories(uint mask, bool negated)
    {
        var set = new CodePointSet();
        set.AddCategories(mask);
        if (negated)
            set.Negate();
        return set.Freeze();
    }

    private static CodePointSet Word(bool negated)
    {
        var set = new CodePointSet();
        set.Add(CodePointSet.Word);
        if (negated)
            set.Negate();
        return set.Freeze();
    }

    private static CodePointSet HexDigit(bool negated)
    {
        var set = new CodePointSet();
        set.Add('0', '9');
        set.Add('a', 'f');
        set.Add('A', 'F');
        if (negated)
            set.Negate();
        return set.Freeze();
    }

    private static CodePointSet WhiteSpace(bool negated)
    {
        var set = new CodePointSet();
        ReadOnlySpan<(int First, int Last)> ranges = [(9, 13), (32, 32), (0x85, 0x85), (0xA0, 0xA0), (0x1680, 0x1680), (0x2000, 0x200A), (0x2028, 0x2029), (0x202F, 0x202F), (0x205F, 0x205F), (0x3000, 0x3000)];
        foreach (var (first, last) in ranges)
            set.Add(first, last);
        if (negated)
            set.Negate();
        return set.Freeze();
    }

    private static bool TryCategoryMask(string name, out uint mask)
    {
        const UnicodeCategory Lu = UnicodeCategory.UppercaseLetter, Ll = UnicodeCategory.LowercaseLetter, Lt = UnicodeCategory.TitlecaseLetter, Lm = UnicodeCategory.ModifierLetter, Lo = UnicodeCategory.OtherLetter;
        const UnicodeCategory Mn = UnicodeCategory.NonSpacingMark, Mc = UnicodeCategory.SpacingCombiningMark, Me = UnicodeCategory.EnclosingMark;
        const UnicodeCategory Nd = UnicodeCategory.DecimalDigitNumber, Nl = UnicodeCategory.LetterNumber, No = UnicodeCategory.OtherNumber;
        const UnicodeCategory Zs = UnicodeCategory.SpaceSeparator, Zl = UnicodeCategory.LineSeparator, Zp = UnicodeCategory.ParagraphSeparator;
        const UnicodeCategory Cc = UnicodeCategory.Control, Cf = UnicodeCategory.Format, Cs = UnicodeCategory.Surrogate, Co = UnicodeCategory.PrivateUse, Cn = UnicodeCategory.OtherNotAssigned;
        const UnicodeCategory Pc = UnicodeCategory.ConnectorPunctuation, Pd = UnicodeCategory.DashPunctuation, Ps = UnicodeCategory.OpenPunctuation, Pe = UnicodeCategory.ClosePunctuation;
        const UnicodeCategory Pi = UnicodeCategory.InitialQuotePunctuation, Pf = UnicodeCategory.FinalQuotePunctuation, Po = UnicodeCategory.OtherPunctuation;
        const UnicodeCategory Sm = UnicodeCategory.MathSymbol, Sc = UnicodeCategory.CurrencySymbol, Sk = UnicodeCategory.ModifierSymbol, So = UnicodeCategory.OtherSymbol;
        mask = name.ToLowerInvariant().Replace("_", "", StringComparison.Ordinal) switch
        {
            "l" or "letter" => CodePointSet.Mask(Lu, Ll, Lt, Lm, Lo),
            "lu" or "uppercaseletter" => CodePointSet.Mask(Lu),
            "ll" or "lowercaseletter" => CodePointSet.Mask(Ll),
            "lt" or "titlecaseletter" => CodePointSet.Mask(Lt),
            "lm" or "modifierletter" => CodePointSet.Mask(Lm),
            "lo" or "otherletter" => CodePointSet.Mask(Lo),
            "m" or "mark" => CodePointSet.Mask(Mn, Mc, Me),
            "mn" or "nonspacingmark" => CodePointSet.Mask(Mn),
            "mc" or "spacingmark" => CodePointSet.Mask(Mc),
            "me" or "enclosingmark" => CodePointSet.Mask(Me),
            "n" or "number" => CodePointSet.Mask(Nd, Nl, No),
            "nd" or "decimalnumber" => CodePointSet.Mask(Nd),
            "nl" or "letternumber" => CodePointSet.Mask(Nl),
            "no" or "othernumber" => CodePointSet.Mask(No),
            "p" or "punctuation" => CodePointSet.Mask(Pc, Pd, Ps, Pe, Pi, Pf, Po),
            "pc" or "connectorpunctuation" => CodePointSet.Mask(Pc),
            "pd" or "dashpunctuation" => CodePointSet.Mask(Pd),
            "ps" or "openpunctuation" => CodePointSet.Mask(Ps),
            "pe" or "closepunctuation" => CodePointSet.Mask(Pe),
            "pi" or "initialpunctuation" => CodePointSet.Mask(Pi),
            "pf" or "finalpunctuation" => CodePointSet.Mask(Pf),
            "po" or "otherpunctuation" => CodePointSet.Mask(Po),
            "s" or "symbol" => CodePointSet.Mask(Sm, Sc, Sk, So),
            "sm" or "mathsymbol" => CodePointSet.Mask(Sm),
            "sc" or "currencysymbol" => CodePointSet.Mask(Sc),
            "sk" or "modifiersymbol" => CodePointSet.Mask(Sk),
            "so" or "othersymbol" => CodePointSet.Mask(So),
            "z" or "separator" => CodePointSet.Mask(Zs, Zl, Zp),
            "zs" or "spaceseparator" => CodePointSet.Mask(Zs),
            "zl" or "lineseparator" => CodePointSet.Mask(Zl),
            "zp" or "paragraphseparator" => CodePointSet.Mask(Zp),
            "c" or "other" => CodePointSet.Mask(Cc, Cf, Cs, Co, Cn),
            "cc" or "control" => CodePointSet.Mask(Cc),
            "cf" or "format" => CodePointSet.Mask(Cf),
            "co" or "privateuse" => CodePointSet.Mask(Co),
            "cn" or "unassigned" => CodePointSet.Mask(Cn),
            _ => 0,
        };
        return mask != 0;
    }
}
