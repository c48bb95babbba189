namespace LocalRag.Cli.Lines;

/// <summary>Lines that are computed together: all inputs up to the first bad line.</summary>
/// <param name="Inputs">What the lines say; blank lines say nothing.</param>
/// <param name="Numbers">The number of each input's line, from 1.</param>
/// <param name="Bad">The first bad line; null where there is none.</param>
internal readonly record struct LineGroup<TInput>(IReadOnlyList<TInput> Inputs, IReadOnlyList<long> Numbers, (long Number, string Reason)? Bad)
{
    /// <param name="lines">The raw lines.</param>
    /// <param name="before">How many lines came before them.</param>
    /// <param name="parse">Turns one into an input.</param>
    public static LineGroup<TInput> Parse(IReadOnlyList<byte[]> lines, long before, Func<JsonLine, TInput> parse)
    {
        var outcomes = new (bool IsInput, TInput? Input, string? Reason)[lines.Count];
        if (lines.Count == 1)
            outcomes[0] = ParseLine(lines[0], before == 0, parse);
        else
            Parallel.For(0, lines.Count, i => outcomes[i] = ParseLine(lines[i], before + i == 0, parse));

        var inputs = new List<TInput>(lines.Count);
        var numbers = new List<long>(lines.Count);
        for (var i = 0; i < outcomes.Length; i++)
        {
            if (outcomes[i].Reason is { } reason)
                return new(inputs, numbers, (before + i + 1, reason));
            if (!outcomes[i].IsInput)
                continue;
            inputs.Add(outcomes[i].Input!);
            numbers.Add(before + i + 1);
        }

        return new(inputs, numbers, null);
    }

    private static (bool IsInput, TInput? Input, string? Reason) ParseLine(byte[] line, bool isFirst, Func<JsonLine, TInput> parse)
    {
        try
        {
            return JsonLine.TryParse(line, isFirst, parse, out var input) ? (true, input, null) : default;
        }
        catch (BadLineException exception)
        {
            return (false, default, exception.Message);
        }
        catch (ArgumentException exception)
        {
            return (false, default, ToolErrors.Describe(exception));
        }
    }
}
