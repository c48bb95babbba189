using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;

namespace LocalRag;

/// <summary>Opens both models and has each answer once.</summary>
internal sealed class ModelProbe(IServiceProvider services)
{
    /// <summary>Throws where a model cannot be opened or does not answer.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        const string Text = "ready";

        // Opening works for some hundred milliseconds: not on the caller's thread.
        await Task.Run(
            async () =>
            {
                var generator = services.GetRequiredService<IEmbeddingGenerator<string, Embedding<float>>>();
                await generator.GenerateAsync([Text], options: null, cancellationToken).ConfigureAwait(false);
                await services.GetRequiredService<IReranker>().RerankAsync(Text, [Text], options: null, cancellationToken).ConfigureAwait(false);
            },
            cancellationToken).ConfigureAwait(false);
    }
}
