using System.Buffers;

namespace LocalRag.Connectors.SentenceTransformers.Hub.Naming;

/// <summary>Commits and hashes arrive as text and become file names, so nothing but lower-case hexadecimal digits of the right count passes.</summary>
internal static class HexDigest
{
    public const int Sha1Length = 40;
    public const int Sha256Length = 64;

    private static readonly SearchValues<char> Digits = SearchValues.Create("0123456789abcdef");

    public static bool IsCommit(string? text) => text is { Length: Sha1Length } && IsHex(text);

    public static bool IsETag(string? text) => text is { Length: Sha1Length or Sha256Length } && IsHex(text);

    /// <summary>The bare hash of an ETag header: without the weak mark, then without quotes.</summary>
    public static string? FromHeader(string? header)
    {
        var text = header?.Trim();
        if (text is null)
        {
            return null;
        }

        if (text.StartsWith("W/", StringComparison.Ordinal))
        {
            text = text[2..];
        }

        return text.Trim('"');
    }

    private static bool IsHex(string text) => !text.AsSpan().ContainsAnyExcept(Digits);
}
