using System.Buffers.Binary;
using System.Globalization;
using System.IO.Compression;

namespace LocalRag.Connectors.SentenceTransformers.Tokenization;

/// <summary>Unicode facts in the versions that Hugging Face's library uses, embedded so that ids depend neither on ICU nor on .NET's own version.</summary>
/// <remarks>
/// <c>eng/unicode-tables/generate.mjs</c> writes the resource: a deflated run of sections, each a 32-bit count and as many 32-bit values, little-endian.
/// A record packs: general category 16.0 (5 bits), grapheme cluster class (4), combining class (8), then single bits, see <see cref="CodePoint"/>.
/// </remarks>
internal static class UnicodeTables
{
    private static readonly Sections Data = Sections.Read();

    /// <summary>Distinct property records; a code point finds its own through the two stages.</summary>
    public static readonly uint[] Records = Data.Next(v => v);
    public static readonly ushort[] Stage1 = Data.Next(v => (ushort)v);
    public static readonly ushort[] Stage2 = Data.Next(v => (ushort)v);

    /// <summary>Simple lower case (17.0), sorted by code point.</summary>
    public static readonly int[] LowerFrom = Data.Next(v => (int)v);
    public static readonly int[] LowerTo = Data.Next(v => (int)v);

    /// <summary>Simple case folding (17.0), sorted by code point.</summary>
    public static readonly int[] FoldFrom = Data.Next(v => (int)v);
    public static readonly int[] FoldTo = Data.Next(v => (int)v);

    /// <summary>Full canonical and compatibility decompositions (9.0), sorted by code point; Hangul syllables are computed.</summary>
    public static readonly DecompositionTable Canonical = new(Data.Next(v => (int)v), Data.Next(v => (int)v), Data.Next(v => (int)v));
    public static readonly DecompositionTable Compatible = new(Data.Next(v => (int)v), Data.Next(v => (int)v), Data.Next(v => (int)v));

    private static readonly Dictionary<long, int> Compositions = ReadCompositions();

    /// <summary>The packed properties of a code point.</summary>
    public static uint Record(int codePoint) => Records[Stage2[(Stage1[codePoint >> 7] << 7) | (codePoint & 127)]];

    /// <summary>General category of Unicode 16.0.</summary>
    public static UnicodeCategory Category(int codePoint) => (UnicodeCategory)(Record(codePoint) & 31);

    /// <summary>The primary composite of two code points; Hangul is computed.</summary>
    public static bool TryCompose(int first, int second, out int composite) => Compositions.TryGetValue((long)first << 21 | (uint)second, out composite);

    private static Dictionary<long, int> ReadCompositions()
    {
        var first = Data.Next(v => v);
        var second = Data.Next(v => v);
        var composite = Data.Next(v => (int)v);
        var map = new Dictionary<long, int>(first.Length);
        for (var i = 0; i < first.Length; i++)
            map.Add((long)first[i] << 21 | second[i], composite[i]);
        return map;
    }

    private sealed class Sections(byte[] bytes)
    {
        private int _position;

        public static Sections Read()
        {
            using var resource = typeof(UnicodeTables).Assembly.GetManifestResourceStream("UnicodeTables.bin")!;
            using var inflate = new DeflateStream(resource, CompressionMode.Decompress);
            using var memory = new MemoryStream();
            inflate.CopyTo(memory);
            return new(memory.ToArray());
        }

        public T[] Next<T>(Func<uint, T> convert)
        {
            var values = new T[Word()];
            for (var i = 0; i < values.Length; i++)
                values[i] = convert(Word());
            return values;
        }

        private uint Word()
        {
            _position += sizeof(uint);
            return BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(_position - sizeof(uint)));
        }
    }
}
