using System.Security.Cryptography;
using LocalRag.Connectors.SentenceTransformers.Hub.Naming;

namespace LocalRag.Connectors.SentenceTransformers.Hub.Upload;

/// <summary>Collects the files of a model directory for a push.</summary>
internal static class UploadFolder
{
    private static readonly string[] SkippedFolders = [".git", ".cache"];

    public static async Task<List<UploadFile>> ReadAsync(string directory, CancellationToken cancellationToken)
    {
        var root = Path.TrimEndingDirectorySeparator(Path.GetFullPath(directory));
        var files = new List<UploadFile>();
        foreach (var path in Enumerate(new DirectoryInfo(root)).Order(StringComparer.Ordinal))
        {
            var relative = Path.GetRelativePath(root, path).Replace('\\', '/');
            if ((RemotePath.FindTrick(relative) ?? RemotePath.FindUnportable(relative)) is { } reason)
            {
                throw new InvalidDataException($"'{path}' cannot be pushed under the name '{RemotePath.Printable(relative)}': {reason}. Rename or remove it.");
            }

            CheckLink(root, path);
            var stream = File.OpenRead(path);
            await using (stream.ConfigureAwait(false))
            {
                var hash = Convert.ToHexStringLower(await SHA256.HashDataAsync(stream, cancellationToken).ConfigureAwait(false));
                files.Add(new UploadFile(relative, stream.Length, hash, () => File.OpenRead(path)));
            }
        }

        return files;
    }

    public static UploadFile FromBytes(string path, byte[] content)
        => new(path, content.Length, Convert.ToHexStringLower(SHA256.HashData(content)), () => new MemoryStream(content, writable: false));

    private static IEnumerable<string> Enumerate(DirectoryInfo folder)
    {
        foreach (var entry in folder.EnumerateFileSystemInfos())
        {
            if (entry is not DirectoryInfo child)
            {
                yield return entry.FullName;
            }
            else if (child.LinkTarget is not null)
            {
                throw Link(child.FullName, child.LinkTarget);
            }
            else if (!SkippedFolders.Contains(child.Name, StringComparer.OrdinalIgnoreCase))
            {
                foreach (var file in Enumerate(child))
                {
                    yield return file;
                }
            }
        }
    }

    // A link could carry any file of this machine to the hub. Those of a snapshot in the cache, which lead to its own blobs, are what they seem.
    private static void CheckLink(string root, string path)
    {
        var file = new FileInfo(path);
        if (file.LinkTarget is null)
        {
            return;
        }

        var snapshots = Path.GetDirectoryName(root);
        var blobs = Path.GetFileName(snapshots) == "snapshots" ? Path.Combine(Path.GetDirectoryName(snapshots)!, "blobs") : null;
        var target = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(path)!, file.LinkTarget));
        if (blobs is null || Path.GetDirectoryName(target) != blobs || new FileInfo(target) is not { Exists: true, LinkTarget: null })
        {
            throw Link(path, file.LinkTarget);
        }
    }

    private static InvalidDataException Link(string path, string target)
        => new($"'{path}' is a symbolic link to '{target}'. Links are not pushed, because they could carry other files of this machine along; copy what they mean, or remove them.");
}
