namespace LocalRag;

/// <summary>Builds a reranker out of one at the core and wrappers around it.</summary>
/// <remarks>The wrapper that is added first is the outermost: it sees a call first and its result last.</remarks>
public sealed class RerankerBuilder
{
    private readonly Func<IServiceProvider, IReranker> _core;
    private readonly List<Func<IReranker, IServiceProvider, IReranker>> _wrappers = [];

    /// <summary>Starts from a reranker.</summary>
    /// <param name="innerReranker">The core.</param>
    /// <exception cref="ArgumentNullException"><paramref name="innerReranker"/> is null.</exception>
    public RerankerBuilder(IReranker innerReranker)
        : this(_ => innerReranker) => ArgumentNullException.ThrowIfNull(innerReranker);

    /// <summary>Starts from a reranker that is made when the whole is built.</summary>
    /// <param name="innerRerankerFactory">Makes the core.</param>
    /// <exception cref="ArgumentNullException"><paramref name="innerRerankerFactory"/> is null.</exception>
    public RerankerBuilder(Func<IServiceProvider, IReranker> innerRerankerFactory)
    {
        ArgumentNullException.ThrowIfNull(innerRerankerFactory);
        _core = innerRerankerFactory;
    }

    /// <summary>Adds a wrapper.</summary>
    /// <param name="wrap">Wraps a reranker.</param>
    /// <returns>This builder.</returns>
    public RerankerBuilder Use(Func<IReranker, IReranker> wrap)
    {
        ArgumentNullException.ThrowIfNull(wrap);
        return Use((inner, _) => wrap(inner));
    }

    /// <summary>Adds a wrapper that needs services.</summary>
    /// <param name="wrap">Wraps a reranker.</param>
    /// <returns>This builder.</returns>
    public RerankerBuilder Use(Func<IReranker, IServiceProvider, IReranker> wrap)
    {
        ArgumentNullException.ThrowIfNull(wrap);
        _wrappers.Add(wrap);
        return this;
    }

    /// <summary>Builds the reranker.</summary>
    /// <param name="services">Where wrappers find loggers, caches and the like; null for nowhere.</param>
    /// <returns>The outermost reranker; disposing it disposes all.</returns>
    /// <exception cref="InvalidOperationException">A wrapper is null.</exception>
    public IReranker Build(IServiceProvider? services = null)
    {
        services ??= NoServices.Instance;
        var reranker = _core(services);
        for (int i = _wrappers.Count - 1; i >= 0; i--)
        {
            reranker = _wrappers[i](reranker, services) ?? throw new InvalidOperationException($"Wrapper {i} of the {nameof(RerankerBuilder)} returned null instead of a reranker.");
        }

        return reranker;
    }

    private sealed class NoServices : IServiceProvider
    {
        public static NoServices Instance { get; } = new();

        public object? GetService(Type serviceType) => null;
    }
}
