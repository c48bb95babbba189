using System.Runtime.InteropServices;
using LocalRag.Training.Runtime;
using TorchSharp;

namespace LocalRag.Training.Tests.Runtime;

public class TorchRuntimeTests
{
    [TorchFact]
    public void Torch_computes_where_it_loads()
    {
        TorchRuntime.EnsureLoaded();
        using var four = torch.ones(2, 2).sum();
        Assert.Equal(4, four.item<float>());
    }

    [Fact]
    public void An_older_libstdcxx_is_named_with_the_systems_that_have_a_newer_one()
    {
        string text = TorchRuntime.Explain("libstdc++.so.6: version `GLIBCXX_3.4.32' not found", isLinux: true, Architecture.X64);
        Assert.Contains("GCC 13", text);
        Assert.Contains(".ci/with-torchsharp", text);
        Assert.Contains("GLIBCXX_3.4.32' not found", text);
    }

    [Fact]
    public void A_missing_libtorch_names_the_package_to_reference() =>
        Assert.Contains("libtorch-cpu-linux-x64 2.10.0", TorchRuntime.Explain("libtorch.so: cannot open shared object file", isLinux: true, Architecture.X64));

    [Fact]
    public void Arm_is_refused_as_unsupported() =>
        Assert.Contains("no native library for Linux on Arm64", TorchRuntime.Explain("cannot open shared object file", isLinux: true, Architecture.Arm64));
}
