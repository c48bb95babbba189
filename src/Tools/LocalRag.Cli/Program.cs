using LocalRag.Cli;

return await Tool.RunAsync(args, ToolStreams.Standard()).ConfigureAwait(false);
