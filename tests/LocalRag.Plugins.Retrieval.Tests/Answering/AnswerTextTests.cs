using LocalRag.Plugins.Retrieval.Answering;

namespace LocalRag.Plugins.Retrieval.Tests.Answering;

public sealed class AnswerTextTests
{
    [Fact]
    public void Sources_and_both_rankings_are_shown_and_control_characters_are_not()
    {
        var answer = new Answer(
            AnswerStatus.Answered, "Words \u001b[31m here [1]", AnswerMode.Extractive, [],
            [new("p", "d.pdf", "t", "H > K", 3, 0, 1, "text\u0007", new(0.5, null, null, 0.25), new(2, 1))], [],
            new("q", "q"), new(1, 2, 3, 4, 5, 15), "careful");
        using var text = new StringWriter();

        AnswerText.Write(answer, text);

        var shown = text.ToString();
        Assert.Contains("[1] d.pdf, page 3 › H > K", shown);
        Assert.Contains("2      1 ▲1    0.2500", shown);
        Assert.Contains("15 ms: embed 1, search 2, keywords 3, rerank 4, answer 5", shown);
        Assert.Contains("Note: careful", shown);
        Assert.DoesNotContain('\u001b', shown);
        Assert.DoesNotContain('\u0007', shown);
    }

    [Theory]
    [InlineData("a  b\nc", 10, "a b c")]
    [InlineData("abcdef", 4, "abc…")]
    public void A_line_is_folded_and_cut(string text, int width, string expected) => Assert.Equal(expected, AnswerText.Line(text, width));
}
