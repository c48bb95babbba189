namespace LocalRag.Connectors.InMemory;

/// <summary>The rows that hold a term, in order, with how often. One writer; readers see a consistent prefix.</summary>
internal sealed class Postings
{
    private Block _block = new(4);

    /// <summary>The current entries; rows ascend.</summary>
    public (int[] Rows, ushort[] Frequencies, int Count) Read()
    {
        var block = Volatile.Read(ref _block);
        return (block.Rows, block.Frequencies, Volatile.Read(ref block.Count));
    }

    public void Add(int row, int frequency)
    {
        var block = _block;
        if (block.Count == block.Rows.Length)
        {
            var grown = new Block(block.Count * 2) { Count = block.Count };
            block.Rows.CopyTo(grown.Rows, 0);
            block.Frequencies.CopyTo(grown.Frequencies, 0);
            Volatile.Write(ref _block, block = grown);
        }

        block.Rows[block.Count] = row;
        block.Frequencies[block.Count] = (ushort)Math.Min(frequency, ushort.MaxValue);
        Volatile.Write(ref block.Count, block.Count + 1);
    }

    private sealed class Block(int capacity)
    {
        public readonly int[] Rows = new int[capacity];
        public readonly ushort[] Frequencies = new ushort[capacity];
        public int Count;
    }
}
