using System.Text;
using System.Text.Unicode;

namespace LocalRag.Plugins.Ingestion.Reading;

/// <summary>Bytes of a text file as characters, and what had to be assumed about their encoding.</summary>
internal readonly record struct DecodedText(string Text, string? Warning)
{
    private const int SampleBytes = 64 * 1024;

    // The longest character of UTF-8 has four bytes.
    private const int MostCutBytes = 3;

    private const string Cut = "the file ends in the middle of a character; it may be cut off. What is there is indexed.";

    /// <summary>Byte order marks win, then strict UTF-8; anything else is taken as Windows-1252, which has a letter for nearly every byte.</summary>
    public static DecodedText From(ReadOnlySpan<byte> bytes)
    {
        if (ByteOrderMark(bytes) is (var encoding, var length))
        {
            return Marked(bytes[length..], encoding);
        }

        RefuseBinary(bytes);
        if (Utf8.IsValid(bytes))
        {
            return new(Encoding.UTF8.GetString(bytes), null);
        }

        // Without any other character beyond ASCII, the last byte is more likely a letter of an older encoding.
        if (WithoutCutCharacter(bytes) is var whole && whole.ContainsAnyExceptInRange((byte)0, (byte)0x7F) && Utf8.IsValid(whole))
        {
            return new(Encoding.UTF8.GetString(whole), Cut);
        }

        return new(
            CodePagesEncodingProvider.Instance.GetEncoding(1252)!.GetString(bytes),
            "not valid UTF-8; read as Windows-1252. Save the file as UTF-8 if letters look wrong.");
    }

    private static DecodedText Marked(ReadOnlySpan<byte> bytes, Encoding encoding)
    {
        try
        {
            return new(encoding.GetString(bytes), null);
        }
        catch (DecoderFallbackException)
        {
            var lenient = (Encoding)encoding.Clone();
            lenient.DecoderFallback = DecoderFallback.ReplacementFallback;
            return new(lenient.GetString(bytes), $"not valid {encoding.WebName}, which its byte order mark promises; what is damaged reads as '\uFFFD'.");
        }
    }

    // Everything before a last character whose first byte promises more bytes than there are; empty where the end is no such thing.
    private static ReadOnlySpan<byte> WithoutCutCharacter(ReadOnlySpan<byte> bytes)
    {
        for (var back = 1; back <= Math.Min(MostCutBytes, bytes.Length); back++)
        {
            var length = bytes[^back] switch { >= 0xF0 and < 0xF5 => 4, >= 0xE0 and < 0xF0 => 3, >= 0xC2 and < 0xE0 => 2, >= 0x80 and < 0xC0 => 0, _ => 1 };
            if (length > 0)
            {
                return length > back ? bytes[..^back] : [];
            }
        }

        return [];
    }

    private static (Encoding Encoding, int Length)? ByteOrderMark(ReadOnlySpan<byte> bytes) => bytes switch
    {
        [0xEF, 0xBB, 0xBF, ..] => (new UTF8Encoding(false, throwOnInvalidBytes: true), 3),
        [0xFF, 0xFE, 0x00, 0x00, ..] => (new UTF32Encoding(false, true, throwOnInvalidCharacters: true), 4),
        [0x00, 0x00, 0xFE, 0xFF, ..] => (new UTF32Encoding(true, true, throwOnInvalidCharacters: true), 4),
        [0xFF, 0xFE, ..] => (new UnicodeEncoding(false, true, throwOnInvalidBytes: true), 2),
        [0xFE, 0xFF, ..] => (new UnicodeEncoding(true, true, throwOnInvalidBytes: true), 2),
        _ => null,
    };

    private static void RefuseBinary(ReadOnlySpan<byte> bytes)
    {
        var sample = bytes[..Math.Min(bytes.Length, SampleBytes)];
        var controls = 0;
        foreach (var value in sample)
        {
            if (value == 0)
            {
                throw new InvalidDataException("expected text, found binary data (a zero byte). Convert it to text or leave it out.");
            }

            controls += value < 0x20 && value is not ((byte)'\t' or (byte)'\n' or (byte)'\r' or (byte)'\f' or 0x1B) ? 1 : 0;
        }

        if (controls * 20 > sample.Length)
        {
            throw new InvalidDataException("expected text, found binary data (many control characters). Convert it to text or leave it out.");
        }
    }
}
