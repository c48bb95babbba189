using System.Runtime.InteropServices;

namespace LocalRag.Benchmarks.Search;

/// <summary>FAISS' flat index, through the bridge that <c>benchmarks/faiss/build</c> makes.</summary>
internal sealed unsafe class FaissFlat : IDisposable
{
    private readonly delegate* unmanaged<nint, int, int, long, float*, long, float*, long*, void> _search;
    private readonly delegate* unmanaged<nint, void> _delete;
    private readonly int _dimensions;
    private readonly nint _index;

    private FaissFlat(nint library, float[] vectors, int dimensions)
    {
        _dimensions = dimensions;
        _search = (delegate* unmanaged<nint, int, int, long, float*, long, float*, long*, void>)NativeLibrary.GetExport(library, "faiss_flat_search");
        _delete = (delegate* unmanaged<nint, void>)NativeLibrary.GetExport(library, "faiss_flat_delete");
        var version = ((delegate* unmanaged<int>)NativeLibrary.GetExport(library, "faiss_flat_version"))();
        Version = $"{version / 10000}.{version / 100 % 100}.{version % 100}";
        var create = (delegate* unmanaged<int, long, float*, nint>)NativeLibrary.GetExport(library, "faiss_flat_create");
        fixed (float* first = vectors)
            _index = create(dimensions, vectors.LongLength / dimensions, first);
    }

    public string Version { get; }

    /// <summary>Null when the bridge has not been built.</summary>
    public static FaissFlat? TryCreate(float[] vectors, int dimensions)
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var path = Path.Combine(folder.FullName, "artifacts", "faiss", "libfaiss_flat.so");
            if (File.Exists(path))
                return new FaissFlat(NativeLibrary.Load(path), vectors, dimensions);
        }

        return null;
    }

    /// <summary>The rows of the best k of each query, best first, query after query.</summary>
    public long[] Search(float[] queries, int k, int threads, int blasThreads)
    {
        var count = queries.Length / _dimensions;
        var (scores, rows) = (new float[count * k], new long[count * k]);
        fixed (float* query = queries, score = scores)
        fixed (long* row = rows)
            _search(_index, threads, blasThreads, count, query, k, score, row);
        return rows;
    }

    public void Dispose() => _delete(_index);
}
