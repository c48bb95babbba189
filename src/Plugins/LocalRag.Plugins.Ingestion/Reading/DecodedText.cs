using System.Text;

namespace LocalRag.Plugins.Ingestion.Reading;

/// <summary>Bytes of a text file as characters, and what had to be assumed about their encoding.</summary>
internal readonly record struct DecodedText(string Text, string? Warning)
{
    private const int SampleBytes = 64 * 1024;

    private static readonly UTF8Encoding StrictUtf8 = new(false, throwOnInvalidBytes: true);

    /// <summary>Byte order marks win, then strict UTF-8; anything else is taken as Windows-1252, which has a letter for nearly every byte.</summary>
    public static DecodedText From(ReadOnlySpan<byte> bytes)
    {
        if (ByteOrderMark(bytes) is (var encoding, var length))
        {
            return new(encoding.GetString(bytes[length..]), null);
        }

        RefuseBinary(bytes);
        try
        {
            return new(StrictUtf8.GetString(bytes), null);
        }
        catch (DecoderFallbackException)
        {
            return new(
                CodePagesEncodingProvider.Instance.GetEncoding(1252)!.GetString(bytes),
                "not valid UTF-8; read as Windows-1252. Save the file as UTF-8 if letters look wrong.");
        }
    }

    private static (Encoding Encoding, int Length)? ByteOrderMark(ReadOnlySpan<byte> bytes) => bytes switch
    {
        [0xEF, 0xBB, 0xBF, ..] => (Encoding.UTF8, 3),
        [0xFF, 0xFE, 0x00, 0x00, ..] => (Encoding.UTF32, 4),
        [0x00, 0x00, 0xFE, 0xFF, ..] => (new UTF32Encoding(bigEndian: true, byteOrderMark: true), 4),
        [0xFF, 0xFE, ..] => (Encoding.Unicode, 2),
        [0xFE, 0xFF, ..] => (Encoding.BigEndianUnicode, 2),
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
