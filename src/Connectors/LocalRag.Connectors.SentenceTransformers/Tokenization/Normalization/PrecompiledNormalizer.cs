using System.Text;

namespace LocalRag.Connectors.SentenceTransformers.Tokenization;

/// <summary>Applies a <see cref="PrecompiledCharsmap"/> to short grapheme clusters as a whole, then to single code points.</summary>
internal sealed class PrecompiledNormalizer(PrecompiledCharsmap map) : Normalizer
{
    /// <summary>Clusters of this many UTF-8 bytes and more are looked up code point by code point.</summary>
    private const int LongCluster = 6;

    public override bool Apply(TextBuffer source, TextBuffer target)
    {
        var text = source.Chars;
        var kept = 0;
        var changed = false;
        Span<byte> bytes = stackalloc byte[LongCluster * 3];
        for (var i = 0; i < text.Length;)
        {
            var end = GraphemeClusters.End(text, i);
            CodePoint.At(text, i, out var length);
            if (i + length < end && end - i < LongCluster && Encoding.UTF8.TryGetBytes(text[i..end], bytes, out var count) && count < LongCluster
                && map.Find(bytes[..count]) is { } clusterText)
            {
                Replace(clusterText, i, end - i);
                i = end;
                continue;
            }

            for (; i < end; i += length)
            {
                if (map.Find(CodePoint.At(text, i, out length)) is { } replacement)
                    Replace(replacement, i, length);
            }
        }

        if (changed)
            target.AppendFrom(source, kept, text.Length - kept);
        return changed;

        void Replace(string replacement, int start, int count)
        {
            target.AppendFrom(source, kept, start - kept);
            target.AppendText(replacement, source, start, count);
            kept = start + count;
            changed = true;
        }
    }
}
