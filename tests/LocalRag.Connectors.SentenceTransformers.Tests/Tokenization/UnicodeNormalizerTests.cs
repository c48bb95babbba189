using CsCheck;
using LocalRag.Connectors.SentenceTransformers.Tokenization;

namespace LocalRag.Connectors.SentenceTransformers.Tests.Tokenization;

public class UnicodeNormalizerTests
{
    private static readonly UnicodeFormNormalizer Nfc = new(composes: true, compatibly: false), Nfd = new(composes: false, compatibly: false);
    private static readonly UnicodeFormNormalizer Nfkc = new(composes: true, compatibly: true), Nfkd = new(composes: false, compatibly: true);

    private static readonly Gen<string> Texts = Gen.OneOf(
        Gen.Char['\u00C0', '\u0370'], Gen.Char['\u0300', '\u0345'], Gen.Char['\u1100', '\u11FF'], Gen.Char['\uAC00', '\uAC40'], Gen.Char['\u1E00', '\u1EFF'], Gen.Char['\uFB00', '\uFB4F'])
        .Array[0, 12].Select(chars => new string(chars));

    [Theory]
    [InlineData("e\u0301", "\u00E9", "e\u0301")]
    [InlineData("a\u0301\u0323", "\u1EA1\u0301", "a\u0323\u0301")]
    [InlineData("\uD55C\uAD6D", "\uD55C\uAD6D", "\u1112\u1161\u11AB\u1100\u116E\u11A8")]
    [InlineData("\u1100\u1161\u11A8", "\uAC01", "\u1100\u1161\u11A8")]
    [InlineData("\u212B", "\u00C5", "A\u030A")]
    [InlineData("\u0958", "\u0915\u093C", "\u0915\u093C")]
    [InlineData("\U0001D15E", "\U0001D157\U0001D165", "\U0001D157\U0001D165")]
    public void Canonical_forms_are_those_of_the_standard(string text, string composed, string decomposed)
    {
        Assert.Equal(composed, Apply(Nfc, text));
        Assert.Equal(decomposed, Apply(Nfd, text));
    }

    [Theory]
    [InlineData("\uFB01\u00B2\u2460", "fi21", "fi21")]
    [InlineData("\uFF21\u3000\uFDFA", "A \u0635\u0644\u0649 \u0627\u0644\u0644\u0647 \u0639\u0644\u064A\u0647 \u0648\u0633\u0644\u0645", "A \u0635\u0644\u0649 \u0627\u0644\u0644\u0647 \u0639\u0644\u064A\u0647 \u0648\u0633\u0644\u0645")]
    [InlineData("\u32FF", "\u32FF", "\u32FF")] // a sign of Unicode 12.1, which the original's tables of 9.0 do not know
    public void Compatibility_forms_are_those_of_the_original(string text, string composed, string decomposed)
    {
        Assert.Equal(composed, Apply(Nfkc, text));
        Assert.Equal(decomposed, Apply(Nfkd, text));
    }

    [Fact]
    public void The_forms_agree_with_each_other() => Texts.Sample(text =>
    {
        var composed = Apply(Nfc, text);
        Assert.Equal(composed, Apply(Nfc, composed));
        Assert.Equal(composed, Apply(Nfc, Apply(Nfd, text)));
        Assert.Equal(Apply(Nfd, text), Apply(Nfd, composed));
        Assert.Equal(Apply(Nfkc, text), Apply(Nfkc, Apply(Nfkd, text)));
        Assert.Equal(Apply(Nfkd, text), Apply(Nfkd, composed));
    }, iter: 500);

    [Fact]
    public void Marks_are_those_of_unicode_9() =>
        Assert.Equal("ab\u0AFA", Apply(new StripAccentsNormalizer(), "a\u0301\u1CF2b\u0AFA"));

    [Fact]
    public void A_capital_i_with_a_dot_becomes_two_characters() =>
        Assert.Equal("i\u0307 \u03C3 \u00DF", Apply(new LowercaseNormalizer(), "\u0130 \u03A3 \u1E9E"));

    private static string Apply(Normalizer normalizer, string text)
    {
        var (source, target) = (new TextBuffer(), new TextBuffer());
        source.AppendSource(text, 0);
        return (normalizer.Apply(source, target) ? target : source).Chars.ToString();
    }
}
