namespace LocalRag.Plugins.Retrieval.Answering;

/// <summary>One step of an answer in the making.</summary>
/// <remarks>The order is: one <see cref="Retrieved"/>, any number of <see cref="Token"/>, <see cref="Cited"/> and <see cref="Replaced"/>, one <see cref="Done"/>.</remarks>
public abstract record AnswerUpdate
{
    private AnswerUpdate()
    {
    }

    /// <summary>The passages were found; nothing is written yet.</summary>
    /// <param name="Passages">The passages, best first.</param>
    /// <param name="Dropped">The candidates that did not reach the answer.</param>
    /// <param name="Query">What was asked and searched.</param>
    public sealed record Retrieved(IReadOnlyList<AnswerPassage> Passages, IReadOnlyList<DroppedPassage> Dropped, AnswerQuery Query) : AnswerUpdate;

    /// <summary>The text goes on.</summary>
    /// <param name="Text">The next characters.</param>
    public sealed record Token(string Text) : AnswerUpdate;

    /// <summary>A citation of the text was checked.</summary>
    /// <param name="Citation">The place that it names.</param>
    public sealed record Cited(AnswerCitation Citation) : AnswerUpdate;

    /// <summary>All text so far gives way to another.</summary>
    /// <param name="Text">The text that holds from here on.</param>
    public sealed record Replaced(string Text) : AnswerUpdate;

    /// <summary>The answer is complete.</summary>
    /// <param name="Answer">All of it.</param>
    public sealed record Done(Answer Answer) : AnswerUpdate;
}
