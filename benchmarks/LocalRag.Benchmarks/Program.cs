using System.Reflection;
using BenchmarkDotNet.Running;
using LocalRag.Benchmarks.Inference;
using LocalRag.Benchmarks.Quality;
using LocalRag.Benchmarks.Search;
using LocalRag.Benchmarks.Tokenization;

// "quality" measures what is found; "ratios …" runs one comparison in a minute, all sides in one process; anything else goes to BenchmarkDotNet.
if (args is ["quality", ..])
    return await QualityReport.RunAsync(args[1..]);
if (args is ["ratios", "search", ..])
    return await SearchRatios.RunAsync(args[2..]);
if (args is ["ratios", "ingestion", ..])
    return await IngestionRatios.RunAsync(args[2..]);
if (args is ["ratios", "rerank"])
    return await RerankRatios.RunAsync();
if (args is ["ratios", "inference", ..])
    return InferenceRatios.Run(args[2..]);
if (args is ["ratios", "tokenizers"])
    return TokenizerRatios.Run();

BenchmarkSwitcher.FromAssembly(Assembly.GetExecutingAssembly()).Run(args);
return 0;
