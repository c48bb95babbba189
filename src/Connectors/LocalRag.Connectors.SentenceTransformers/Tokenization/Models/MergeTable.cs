using System.Numerics;

namespace LocalRag.Connectors.SentenceTransformers.Tokenization;

/// <summary>Pairs of ids that merge, with rank and result, in one open-addressing table.</summary>
internal sealed class MergeTable
{
    private readonly Slot[] _slots;
    private readonly int _shift;

    private struct Slot
    {
        /// <summary>Both ids plus one, so that zero means empty.</summary>
        public ulong Key;
        public int Rank;
        public int Result;
    }

    public MergeTable(int count)
    {
        var size = (int)BitOperations.RoundUpToPowerOf2((uint)Math.Max(16, count * 2));
        _slots = new Slot[size];
        _shift = 64 - BitOperations.Log2((uint)size);
    }

    /// <summary>Adds a merge; of two of the same pair the last one holds.</summary>
    public void Add(int left, int right, int rank, int result)
    {
        ref var slot = ref Find(Key(left, right));
        slot.Key = Key(left, right);
        slot.Rank = rank;
        slot.Result = result;
    }

    public bool TryGet(int left, int right, out int rank, out int result)
    {
        ref var slot = ref Find(Key(left, right));
        (rank, result) = (slot.Rank, slot.Result);
        return slot.Key != 0;
    }

    private static ulong Key(int left, int right) => ((ulong)(uint)left + 1) << 32 | (uint)right;

    private ref Slot Find(ulong key)
    {
        var index = (int)((key ^ key >> 29) * 0x9E3779B97F4A7C15 >> _shift);
        while (true)
        {
            ref var slot = ref _slots[index & (_slots.Length - 1)];
            if (slot.Key == key || slot.Key == 0)
                return ref slot;
            index++;
        }
    }
}
