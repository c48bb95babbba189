using System.Buffers.Binary;
using System.Text;

namespace LocalRag.Connectors.SentenceTransformers.Tokenization;

/// <summary>SentencePiece's precompiled normalisation map: a double-array trie over UTF-8 bytes whose leaves point to replacements.</summary>
internal sealed class PrecompiledCharsmap
{
    private readonly uint[] _units;
    private readonly byte[] _replacements;
    private readonly string?[] _bmp = new string?[0x10000];
    private readonly Dictionary<int, string> _texts = [];

    /// <summary>Reads the map: the size of the trie in bytes, the trie, and replacements that end in NUL, all little-endian.</summary>
    /// <exception cref="FormatException">The sizes do not fit.</exception>
    public PrecompiledCharsmap(ReadOnlySpan<byte> map)
    {
        if (map.Length < sizeof(uint))
            throw new FormatException($"a map of {map.Length} bytes");
        var trieBytes = BinaryPrimitives.ReadUInt32LittleEndian(map);
        if (trieBytes == 0 || trieBytes % sizeof(uint) != 0 || trieBytes > map.Length - sizeof(uint))
            throw new FormatException($"a trie of {trieBytes} bytes in a map of {map.Length}");

        _units = new uint[trieBytes / sizeof(uint)];
        for (var i = 0; i < _units.Length; i++)
            _units[i] = BinaryPrimitives.ReadUInt32LittleEndian(map[(sizeof(uint) + i * sizeof(uint))..]);
        _replacements = map[(sizeof(uint) + (int)trieBytes)..].ToArray();

        Span<byte> bytes = stackalloc byte[4];
        for (var c = 0; c < _bmp.Length; c++)
        {
            if (Rune.TryCreate((char)c, out var rune))
                _bmp[c] = Find(bytes[..rune.EncodeToUtf8(bytes)]);
        }
    }

    /// <summary>What a single code point becomes, or null if it stays.</summary>
    public string? Find(int codePoint)
    {
        if (codePoint < 0x10000)
            return _bmp[codePoint];
        Span<byte> bytes = stackalloc byte[4];
        return Find(bytes[..new Rune(codePoint).EncodeToUtf8(bytes)]);
    }

    /// <summary>What some UTF-8 text becomes: the replacement of its shortest known prefix stands for all of it, as in SentencePiece.</summary>
    public string? Find(ReadOnlySpan<byte> text)
    {
        uint position = 0;
        if (!TryUnit(position, out var unit))
            return null;
        position ^= Offset(unit);
        foreach (var label in text)
        {
            if (label == 0)
                return null;
            position ^= label;
            if (!TryUnit(position, out unit) || (unit & (1u << 31 | 0xFF)) != label)
                return null;
            position ^= Offset(unit);
            if ((unit >> 8 & 1) != 0)
                return TryUnit(position, out var leaf) ? Replacement((int)(leaf & 0x7FFFFFFF)) : null;
        }

        return null;

        static uint Offset(uint unit) => unit >> 10 << (int)((unit & 1 << 9) >> 6);
    }

    private bool TryUnit(uint position, out uint unit)
    {
        unit = position < (uint)_units.Length ? _units[position] : 0;
        return position < (uint)_units.Length;
    }

    private string? Replacement(int start)
    {
        if (start > _replacements.Length)
            return null;
        lock (_texts)
        {
            if (!_texts.TryGetValue(start, out var text))
            {
                var rest = _replacements.AsSpan(start);
                var end = rest.IndexOf((byte)0);
                _texts[start] = text = Encoding.UTF8.GetString(end < 0 ? rest : rest[..end]);
            }

            return text;
        }
    }
}
