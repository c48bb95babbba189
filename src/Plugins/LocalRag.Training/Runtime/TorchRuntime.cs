using System.Runtime.InteropServices;
using TorchSharp;

namespace LocalRag.Training.Runtime;

/// <summary>Loads TorchSharp's native library before anything else touches it, so that a failure names its cause.</summary>
/// <remarks>
/// TorchSharp's own loader answers every failure with "doesn't contain a reference to libtorch" after copying half a gigabyte
/// out of the NuGet cache; the dynamic linker's message, which says what is really missing, is lost.
/// </remarks>
internal static class TorchRuntime
{
    private static readonly Lazy<string?> LoadProblem = new(Load);

    /// <summary>What keeps TorchSharp from loading and what to do about it; null where it loads.</summary>
    public static string? Problem => LoadProblem.Value;

    /// <exception cref="PlatformNotSupportedException">TorchSharp does not load here; the message says why and what to do.</exception>
    public static void EnsureLoaded()
    {
        if (Problem is { } problem)
        {
            throw new PlatformNotSupportedException(problem);
        }
    }

    /// <summary>Turns the dynamic linker's message into what was expected, what was found and what to do.</summary>
    internal static string Explain(string linkerMessage, bool isLinux, Architecture architecture)
    {
        string remedy = linkerMessage switch
        {
            _ when isLinux && architecture != Architecture.X64 =>
                $"TorchSharp 0.107.0 has no native library for Linux on {architecture}. Train on x64; the trained model directory runs anywhere.",
            _ when linkerMessage.Contains("GLIBCXX_", StringComparison.Ordinal) || linkerMessage.Contains("ios_base_library_init", StringComparison.Ordinal) =>
                "TorchSharp 0.107.0 needs the libstdc++ of GCC 13 or newer (version GLIBCXX_3.4.32) and this system has an older one. " +
                "Run on Ubuntu 24.04, Debian 13 or a .NET SDK image built on them; for tests and a machine of your own, " +
                "start the command through the repository's script: .ci/with-torchsharp DIR COMMAND, DIR being the build output.",
            _ when linkerMessage.Contains("GLIBC_", StringComparison.Ordinal) =>
                "TorchSharp 0.107.0 needs a glibc of version 2.34 or newer. Run on Ubuntu 24.04, Debian 13 or a .NET SDK image built on them.",
            _ when !isLinux && linkerMessage.Contains("LibTorchSharp", StringComparison.Ordinal) && OperatingSystem.IsWindows() =>
                "TorchSharp 0.107.0 is reported not to load on Windows. Train on Linux (WSL with Ubuntu 24.04 will do); the trained model directory runs anywhere.",
            _ =>
                "TorchSharp 0.107.0 and libtorch 2.10.0 of this platform were expected beside the application. " +
                "Reference one libtorch package in the application, for example libtorch-cpu-linux-x64 2.10.0.",
        };
        return $"Training needs TorchSharp, whose native library does not load here. {remedy} The system said: {linkerMessage.Trim()}";
    }

    private static string? Load()
    {
        var torchSharp = typeof(torch).Assembly;
        // libtorch first: where packages are not copied beside the application, TorchSharp's library does not find it by itself.
        NativeLibrary.TryLoad("torch_cpu", torchSharp, null, out _);
        try
        {
            NativeLibrary.Load("LibTorchSharp", torchSharp, null);
            torch.InitializeDeviceType(DeviceType.CPU);
            return null;
        }
        catch (Exception e) when (e is DllNotFoundException or BadImageFormatException or NotSupportedException or TypeInitializationException or EntryPointNotFoundException)
        {
            return Explain(e.Message, OperatingSystem.IsLinux(), RuntimeInformation.ProcessArchitecture);
        }
    }
}
