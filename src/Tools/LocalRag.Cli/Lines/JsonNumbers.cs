using System.Text.Json;

namespace LocalRag.Cli.Lines;

/// <summary>Writes numbers that JSON can say, and refuses the others.</summary>
internal static class JsonNumbers
{
    public static void WriteFloats(this Utf8JsonWriter json, string name, ReadOnlySpan<float> values)
    {
        json.WriteStartArray(name);
        foreach (var value in values)
            json.WriteNumberValue(Finite(value));
        json.WriteEndArray();
    }

    public static void WriteIntegers(this Utf8JsonWriter json, string name, ReadOnlySpan<int> values)
    {
        json.WriteStartArray(name);
        foreach (var value in values)
            json.WriteNumberValue(value);
        json.WriteEndArray();
    }

    /// <summary>Writes a list of documents with their scores, best first.</summary>
    public static void WriteHits(this Utf8JsonWriter json, IEnumerable<(int CorpusId, float Score)> hits)
    {
        json.WriteStartArray();
        foreach (var (corpusId, score) in hits)
        {
            json.WriteStartObject();
            json.WriteNumber("corpus_id", corpusId);
            json.WriteNumber("score", Finite(score));
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static float Finite(float value) =>
        float.IsFinite(value) ? value : throw new BadLineException($"the result holds {value}, which JSON has no number for");
}
