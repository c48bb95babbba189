using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace LocalRag.Benchmarks.Search;

/// <summary>The system's memory of files.</summary>
internal static class DiskCache
{
    private const int DontNeed = 4;

    /// <summary>Makes the next reader fetch the file from the disk; false where the system cannot be asked to.</summary>
    public static bool Evict(string path)
    {
        if (!OperatingSystem.IsLinux())
            return false;
        using var file = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite);
        RandomAccess.FlushToDisk(file);
        return Advise(file, 0, 0, DontNeed) == 0;
    }

    [DllImport("libc", EntryPoint = "posix_fadvise")]
    private static extern int Advise(SafeFileHandle file, nint offset, nint length, int advice);
}
