using RagDemo.Commands;

return await DemoCommand.Create().Parse(args).InvokeAsync(new() { EnableDefaultExceptionHandler = false }).ConfigureAwait(false);
