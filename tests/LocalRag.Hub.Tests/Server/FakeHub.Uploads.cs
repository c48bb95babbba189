using Microsoft.AspNetCore.Http;

namespace LocalRag.Hub.Tests.Server;

internal sealed partial class FakeHub
{
    private static Task AnswerUploadAsync(HttpContext context, Call call, string[] parts)
    {
        Fail(context, 404, null, $"No such address: {call.Method} {string.Join('/', parts)}");
        return Task.CompletedTask;
    }

    private static Task ReceiveUploadAsync(HttpContext context, Call call)
    {
        Fail(context, 404, null, call.Target);
        return Task.CompletedTask;
    }
}
