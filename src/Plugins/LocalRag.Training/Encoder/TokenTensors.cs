using static TorchSharp.torch;

namespace LocalRag.Training.Encoder;

/// <summary>A padded batch as tensors: token ids, attention mask (1 = attended), token types; each [rows, length], int64.</summary>
internal sealed class TokenTensors : IDisposable
{
    private TokenTensors(Tensor ids, Tensor mask, Tensor typeIds, bool isPadded)
    {
        (Ids, Mask, TypeIds, IsPadded) = (ids, mask, typeIds, isPadded);
    }

    public Tensor Ids { get; }

    public Tensor Mask { get; }

    public Tensor TypeIds { get; }

    /// <summary>Some row is shorter than the batch; where none is, attention needs no mask.</summary>
    public bool IsPadded { get; }

    public long Rows => Ids.shape[0];

    public long Length => Ids.shape[1];

    /// <summary>Copies flat row-major arrays of <paramref name="rows"/> rows.</summary>
    public static TokenTensors Create(long[] ids, long[] mask, long[] typeIds, int rows)
    {
        long[] shape = [rows, ids.Length / rows];
        return new(
            tensor(ids, shape).DetachFromDisposeScope(),
            tensor(mask, shape).DetachFromDisposeScope(),
            tensor(typeIds, shape).DetachFromDisposeScope(),
            Array.IndexOf(mask, 0L) >= 0);
    }

    public void Dispose()
    {
        Ids.Dispose();
        Mask.Dispose();
        TypeIds.Dispose();
    }
}
