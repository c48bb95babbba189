using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.SemanticKernel;

namespace LocalRag.Plugins.Retrieval.Answering;

/// <summary>Says what is wrong with a chat model, so that whoever runs it knows where to look.</summary>
internal static partial class ChatFailure
{
    private const int LongestReason = 200;

    /// <summary>One sentence, without the words of the server: some quote the key that they refuse.</summary>
    public static string Describe(Exception error) => Status(error) switch
    {
        401 or 403 => $"The chat server refuses the key ({Status(error)}).",
        404 => "The chat server knows no such model or address (404).",
        429 => "The chat server takes no more requests at the moment (429).",
        { } status => $"The chat server answers {status}.",
        null when IsUnreachable(error) => $"The chat server cannot be reached ({Reason(error)}).",
        null when Has<IOException>(error) || Has<HttpRequestException>(error) => $"The chat server broke its answer off ({Reason(error)}).",
        null when Has<OperationCanceledException>(error) || Has<TimeoutException>(error) => "The chat server does not answer in time.",
        _ => $"The chat model does not answer ({Reason(error)}).",
    };

    // Where answers are streamed, the exception of OpenAI's client arrives as it is. Its type is not known here, but its message begins with the status.
    private static int? Status(Exception error) =>
        error is HttpOperationException { StatusCode: { } code } ? (int)code
        : StatusAtStart().Match(error.Message) is { Success: true } match ? int.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture)
        : null;

    private static bool IsUnreachable(Exception error) =>
        Has<HttpRequestException>(error, e => e.HttpRequestError is HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError or HttpRequestError.SecureConnectionError);

    private static bool Has<T>(Exception? error, Func<T, bool>? matches = null)
        where T : Exception =>
        (error is T found && matches?.Invoke(found) != false)
        || (error is AggregateException several ? several.InnerExceptions.Any(e => Has(e, matches)) : error is not null && Has(error.InnerException, matches));

    private static string Reason(Exception error) => AnswerText.Line(error.GetBaseException().Message, LongestReason).TrimEnd('.', ' ');

    [GeneratedRegex(@"^HTTP (\d{3})\b", RegexOptions.CultureInvariant)]
    private static partial Regex StatusAtStart();
}
