using BenchmarkDotNet.Running;
using LocalRag.Benchmarks.Inference;
using LocalRag.Benchmarks.Search;

// "ratios …" runs one comparison in a minute, all sides in one process; anything else goes to BenchmarkDotNet.
if (args is ["ratios", "search", ..])
    return await SearchRatios.RunAsync(args[2..]);
if (args is ["ratios", "inference", ..])
    return InferenceRatios.Run(args[2..]);

BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args);
return 0;
