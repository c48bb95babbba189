using LocalRag.Connectors.SentenceTransformers.Hub;

// One process of the multi-process tests: downloads a model with the settings of its environment and prints the directory.
Console.WriteLine(await new HuggingFaceHub().DownloadAsync(args[0]));
