using System.Buffers;

namespace LocalRag.Connectors.SentenceTransformers.Hub.Naming;

/// <summary>Judges names that a server sends before they become paths here.</summary>
/// <remarks>
/// The rules of POSIX and Windows hold on every system, so that a cache can be moved, and so that a name is refused before anything touches the
/// disk: on Windows even asking whether a UNC path exists sends credentials to its server.
/// </remarks>
internal static class RemotePath
{
    // Backslash and colon cover UNC, drives, drive-relative paths and alternate streams, at any place in the path.
    private static readonly SearchValues<char> Tricks = SearchValues.Create("\\:\0");
    private static readonly SearchValues<char> NotOnWindows = SearchValues.Create("<>\"|?*");

    private static readonly HashSet<string> Devices = new(StringComparer.OrdinalIgnoreCase)
    {
        "CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$",
        "COM0", "COM1", "COM2", "COM3", "COM4", "COM5", "COM6", "COM7", "COM8", "COM9", "COM¹", "COM²", "COM³",
        "LPT0", "LPT1", "LPT2", "LPT3", "LPT4", "LPT5", "LPT6", "LPT7", "LPT8", "LPT9", "LPT¹", "LPT²", "LPT³",
    };

    /// <summary>Why the path would leave its folder or reach something that is no file; null when it would not.</summary>
    public static string? FindTrick(string path)
    {
        if (path.Length == 0)
        {
            return "it is empty";
        }

        if (path.AsSpan().ContainsAny(Tricks) || path.Any(char.IsControl))
        {
            return "it holds a backslash, a colon or a control character";
        }

        foreach (var range in path.AsSpan().Split('/'))
        {
            var segment = path.AsSpan(range);
            if (segment.IsEmpty || segment is "." or "..")
            {
                return "it is absolute or has an empty, '.' or '..' part";
            }
        }

        return null;
    }

    /// <summary>Why some system cannot hold a file of this name; null when all can.</summary>
    public static string? FindUnportable(string path)
    {
        foreach (var range in path.AsSpan().Split('/'))
        {
            var segment = path.AsSpan(range);
            if (segment[^1] is '.' or ' ' || segment[0] == ' ' || segment.ContainsAny(NotOnWindows))
            {
                return "a part of it begins or ends with a blank or dot, or holds one of <>\"|?*";
            }

            var dot = segment.IndexOf('.');
            if (Devices.Contains((dot < 0 ? segment : segment[..dot]).TrimEnd(' ').ToString()))
            {
                return "a part of it is the name of a device";
            }

            // Most file systems count bytes, and the longest name is 255 of them.
            if (System.Text.Encoding.UTF8.GetByteCount(segment) > 255)
            {
                return "a part of it is longer than 255 bytes";
            }
        }

        return null;
    }

    /// <summary>Refuses a list of files to download when one name is unsafe or two would fall on the same file.</summary>
    public static void CheckAll(string repository, IEnumerable<string> paths)
    {
        var seen = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        var folders = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var path in paths)
        {
            if ((FindTrick(path) ?? FindUnportable(path)) is { } reason)
            {
                throw Unsafe(repository, path, reason);
            }

            if (!seen.TryAdd(path, path))
            {
                throw Unsafe(repository, path, $"it differs from '{seen[path]}' at most in upper and lower case");
            }

            for (var slash = path.IndexOf('/'); slash >= 0; slash = path.IndexOf('/', slash + 1))
            {
                folders.Add(path[..slash]);
            }
        }

        if (seen.Keys.FirstOrDefault(folders.Contains) is { } both)
        {
            throw Unsafe(repository, both, "another file uses it as a folder");
        }
    }

    /// <summary>Encodes each part for use in an address and keeps the slashes.</summary>
    public static string Encode(string path) => string.Join('/', path.Split('/').Select(Uri.EscapeDataString));

    public static HubException Unsafe(string repository, string path, string reason)
        => new(HubErrorKind.Unsafe, $"The repository '{repository}' names a file '{Printable(path)}' that is not safe to store: {reason}. Nothing of it was written; do not use this repository.");

    /// <summary>The text without control characters, cut to a length that suits a message.</summary>
    public static string Printable(string text)
    {
        var cut = text.Length > 200 ? text[..200] + "…" : text;
        return string.Concat(cut.Select(c => char.IsControl(c) ? '\uFFFD' : c));
    }
}
