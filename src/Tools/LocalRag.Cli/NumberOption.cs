using System.CommandLine;
using System.Globalization;

namespace LocalRag.Cli;

/// <summary>Options that take a whole number from a range.</summary>
internal static class NumberOption
{
    /// <summary>An option that may be left out.</summary>
    public static Option<int?> Create(string name, int least, string description) =>
        new(name)
        {
            Description = description,
            HelpName = "N",
            CustomParser = result =>
            {
                if (result.Tokens is [var token] && int.TryParse(token.Value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) && value >= least)
                    return value;
                result.AddError($"{name} is '{string.Join(' ', result.Tokens)}'; expected a whole number of {least} or more.");
                return null;
            },
        };
}
