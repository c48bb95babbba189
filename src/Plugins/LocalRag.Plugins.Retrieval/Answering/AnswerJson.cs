using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace LocalRag.Plugins.Retrieval.Answering;

/// <summary>The one JSON form of answers: camelCase, enumerations as words, nulls left out.</summary>
/// <remarks>Immutable and safe for concurrent use.</remarks>
public static class AnswerJson
{
    private static readonly AnswerJsonContext Context = new(new JsonSerializerOptions(AnswerJsonContext.Default.Options)
    {
        // The output is JSON in UTF-8 and never part of a page, so letters of all languages may stand as they are.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });

    /// <summary>How answers and their parts are written and read, for hosts that serialize by type.</summary>
    public static IJsonTypeInfoResolver TypeInfoResolver => AnswerJsonContext.Default;

    /// <summary>Writes an answer as one line of JSON.</summary>
    /// <param name="answer">The answer.</param>
    public static string Serialize(Answer answer)
    {
        ArgumentNullException.ThrowIfNull(answer);
        return JsonSerializer.Serialize(answer, Context.Answer);
    }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UseStringEnumConverter = false,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    Converters = [typeof(CamelCaseEnumConverter<AnswerStatus>), typeof(CamelCaseEnumConverter<AnswerMode>), typeof(CamelCaseEnumConverter<DropReason>)])]
[JsonSerializable(typeof(Answer))]
[JsonSerializable(typeof(IReadOnlyList<AnswerPassage>))]
[JsonSerializable(typeof(IReadOnlyList<DroppedPassage>))]
internal sealed partial class AnswerJsonContext : JsonSerializerContext;

internal sealed class CamelCaseEnumConverter<T>() : JsonStringEnumConverter<T>(JsonNamingPolicy.CamelCase)
    where T : struct, Enum;
