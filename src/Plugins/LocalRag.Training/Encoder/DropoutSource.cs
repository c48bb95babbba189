using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using static TorchSharp.torch;

namespace LocalRag.Training.Encoder;

/// <summary>Dropout masks from a counter: the same seed, step and position give the same mask, on any number of threads.</summary>
/// <remarks>
/// TorchSharp's dropout draws, converts, divides and multiplies in four passes, which costs a third of a step of a small model.
/// Here a mask of 0 and 1/(1-p) is drawn in one pass, and a run neither reads nor changes the process-wide random state.
/// </remarks>
internal sealed class DropoutSource
{
    // Masks are drawn in blocks, each from its own stream, so that threads do not matter.
    private const int BlockSize = 1 << 15;
    private const int Unit = 16;
    private ulong _seed;

    /// <summary>Which mask of the step comes next; set back to draw the same masks again.</summary>
    public int Position { get; set; }

    /// <summary>Begins the masks of a step.</summary>
    public void Begin(int seed, int step)
    {
        _seed = Mix(((ulong)(uint)seed << 32) | (uint)step);
        Position = 0;
    }

    /// <summary>x · mask, or x itself where nothing is dropped.</summary>
    public Tensor Apply(Tensor x, double probability, bool training) =>
        training && probability > 0 ? x * Mask(x.shape, probability).to(x.dtype) : x;

    /// <summary>residual + x · mask in one pass.</summary>
    public Tensor AddTo(Tensor residual, Tensor x, double probability, bool training) =>
        training && probability > 0 ? residual.addcmul(x, Mask(x.shape, probability), 1) : residual + x;

    /// <summary>0 with the given probability, else 1/(1-p), so that the mean stays.</summary>
    private Tensor Mask(long[] shape, double probability)
    {
        var mask = empty(shape, ScalarType.Float32);
        int length = checked((int)mask.numel());
        ulong stream = Mix(_seed + (ulong)(uint)Position++);
        // A probability in 65,536ths: off by 1e-5 at most.
        ushort dropped = (ushort)Math.Clamp(Math.Round(probability * 65536), 1, 65535);
        float kept = (float)(1 / (1 - (dropped / 65536.0)));
        Parallel.For(0, (length + BlockSize - 1) / BlockSize, new ParallelOptions { MaxDegreeOfParallelism = get_num_threads() }, block =>
        {
            int start = block * BlockSize;
            Fill(MemoryMarshal.Cast<byte, float>(mask.bytes).Slice(start, Math.Min(BlockSize, length - start)), Mix(stream ^ ((ulong)block << 32)), dropped, kept);
        });
        return mask;
    }

    /// <summary>xorshift128+ in four lanes; every 64 bits decide four places.</summary>
    private static void Fill(Span<float> target, ulong seed, ushort dropped, float kept)
    {
        var a = Vector256.Create(Mix(seed), Mix(seed + 1), Mix(seed + 2), Mix(seed + 3));
        var b = Vector256.Create(Mix(seed + 4), Mix(seed + 5), Mix(seed + 6), Mix(seed + 7));
        var threshold = Vector256.Create((uint)dropped);
        var value = Vector256.Create(kept);
        Span<float> rest = stackalloc float[Unit];
        for (int i = 0; i < target.Length; i += Unit)
        {
            var sum = a + b;
            var x = a ^ (a << 23);
            a = b;
            b = x ^ b ^ (x >>> 18) ^ (b >>> 5);
            var (low, high) = Vector256.Widen(sum.AsUInt16());
            var destination = target.Length - i >= Unit ? target[i..] : rest;
            (Vector256.GreaterThanOrEqual(low, threshold).AsSingle() & value).CopyTo(destination);
            (Vector256.GreaterThanOrEqual(high, threshold).AsSingle() & value).CopyTo(destination[8..]);
            if (target.Length - i < Unit)
            {
                rest[..(target.Length - i)].CopyTo(target[i..]);
            }
        }
    }

    /// <summary>SplitMix64's finaliser: neighbouring inputs give unrelated outputs.</summary>
    private static ulong Mix(ulong x)
    {
        x += 0x9E3779B97F4A7C15;
        x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9;
        x = (x ^ (x >> 27)) * 0x94D049BB133111EB;
        return x ^ (x >> 31);
    }
}
