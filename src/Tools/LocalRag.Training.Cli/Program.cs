using LocalRag.Training.Cli;

return await TrainTool.RunAsync(args, Console.Error, !Console.IsErrorRedirected).ConfigureAwait(false);
