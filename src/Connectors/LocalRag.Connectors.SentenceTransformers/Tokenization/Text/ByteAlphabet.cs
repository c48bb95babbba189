using System.Buffers;
using System.Text;

namespace LocalRag.Connectors.SentenceTransformers.Tokenization;

/// <summary>GPT-2's alphabet: one printable char for every byte, so that byte-level vocabularies can be written as text.</summary>
internal static class ByteAlphabet
{
    private const int FirstSpare = 256;

    private static readonly char[] CharOfByte = MakeAlphabet();
    private static readonly short[] ByteOfChar = MakeInverse();
    private static readonly SearchValues<char> SelfMapped = SearchValues.Create(CharOfByte.AsSpan('!', '~' - '!' + 1));

    /// <summary>Appends a stretch of <paramref name="source"/>, byte by byte.</summary>
    public static void Append(TextBuffer source, int start, int count, TextBuffer target)
    {
        var text = source.Chars.Slice(start, count);
        Span<byte> bytes = stackalloc byte[4];
        for (var i = 0; i < text.Length;)
        {
            var same = text[i..].IndexOfAnyExcept(SelfMapped);
            if (same < 0)
                same = text.Length - i;
            if (same > 0)
            {
                target.AppendFrom(source, start + i, same);
                i += same;
                continue;
            }

            var codePoint = CodePoint.At(text, i, out var length);
            if (codePoint < 128)
            {
                target.Append(CharOfByte[codePoint], source, start + i, 1);
            }
            else
            {
                var byteCount = new Rune(codePoint).EncodeToUtf8(bytes);
                foreach (var b in bytes[..byteCount])
                    target.Append(CharOfByte[b], source, start + i, length);
            }

            i += length;
        }
    }

    /// <summary>The byte that a char stands for, or -1.</summary>
    public static int ToByte(char c) => c < ByteOfChar.Length ? ByteOfChar[c] : -1;

    private static char[] MakeAlphabet()
    {
        var alphabet = new char[256];
        var spare = FirstSpare;
        for (var b = 0; b < 256; b++)
            alphabet[b] = b is (>= '!' and <= '~') or (>= 0xA1 and <= 0xAC) or (>= 0xAE and <= 0xFF) ? (char)b : (char)spare++;
        return alphabet;
    }

    private static short[] MakeInverse()
    {
        var inverse = new short[CharOfByte.Max() + 1];
        Array.Fill(inverse, (short)-1);
        for (var b = 0; b < 256; b++)
            inverse[CharOfByte[b]] = (short)b;
        return inverse;
    }
}
