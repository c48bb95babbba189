using System.Numerics;
using System.Runtime.CompilerServices;

namespace LocalRag.Connectors.SentenceTransformers.Tokenization;

/// <summary>A trie over UTF-16 chars in one open-addressing table: a step is one probe, and nothing is allocated while searching.</summary>
internal sealed class TokenTrie
{
    /// <summary>The node at which every word begins, and "no such node", "no token".</summary>
    public const int Root = 0, None = -1;

    private Slot[] _slots;
    private int[] _values = new int[1024];
    private int _nodeCount = 1, _shift;

    /// <summary>An edge: the node it leaves and its char, packed and never zero, and the node it leads to.</summary>
    private struct Slot
    {
        public ulong Key;
        public int Child;
    }

    /// <summary>Makes a trie with only the root.</summary>
    /// <param name="expectedChars">About how many chars all tokens have together.</param>
    public TokenTrie(int expectedChars = 1024)
    {
        var size = (int)BitOperations.RoundUpToPowerOf2((uint)Math.Clamp(expectedChars, 16, 1 << 28));
        _slots = new Slot[size];
        _shift = 64 - BitOperations.Log2((uint)size);
        Array.Fill(_values, None);
    }

    /// <summary>A node apart from the root, the beginning of a second trie in the same table.</summary>
    public int AddNode()
    {
        if (_nodeCount == _values.Length)
        {
            Array.Resize(ref _values, _nodeCount * 2);
            _values.AsSpan(_nodeCount).Fill(None);
        }

        return _nodeCount++;
    }

    /// <summary>Adds a word below <paramref name="root"/>; the last one with the same text wins.</summary>
    public void Add(ReadOnlySpan<char> word, int value, int root = Root)
    {
        var node = root;
        foreach (var c in word)
        {
            ref var slot = ref Find(Key(node, c));
            if (slot.Key == 0)
            {
                if (_nodeCount >= _slots.Length / 2)
                {
                    Grow();
                    slot = ref Find(Key(node, c));
                }

                slot.Key = Key(node, c);
                slot.Child = AddNode();
            }

            node = slot.Child;
        }

        _values[node] = value;
    }

    /// <summary>The node that a char leads to, or <see cref="None"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Step(int node, char c)
    {
        ref var slot = ref Find(Key(node, c));
        return slot.Key == 0 ? None : slot.Child;
    }

    /// <summary>The value of the word that ends at a node, or <see cref="None"/>.</summary>
    public int ValueOf(int node) => _values[node];

    /// <summary>The longest word that <paramref name="text"/> begins with.</summary>
    /// <returns>Its value and length; <see cref="None"/> and zero if there is none.</returns>
    public (int Value, int Length) LongestPrefix(ReadOnlySpan<char> text, int root = Root)
    {
        var (best, bestLength) = (None, 0);
        var node = root;
        for (var i = 0; i < text.Length; i++)
        {
            node = Step(node, text[i]);
            if (node == None)
                break;
            if (_values[node] != None)
                (best, bestLength) = (_values[node], i + 1);
        }

        return (best, bestLength);
    }

    // Node zero with char zero would be the key of an empty slot.
    private static ulong Key(int node, char c) => ((ulong)(uint)node + 1) << 16 | c;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private ref Slot Find(ulong key)
    {
        var slots = _slots;
        var mask = slots.Length - 1;
        var index = (int)(key * 0x9E3779B97F4A7C15 >> _shift);
        while (true)
        {
            ref var slot = ref slots[index & mask];
            if (slot.Key == key || slot.Key == 0)
                return ref slot;
            index++;
        }
    }

    private void Grow()
    {
        var old = _slots;
        _slots = new Slot[old.Length * 2];
        _shift--;
        foreach (var slot in old)
        {
            if (slot.Key != 0)
                Find(slot.Key) = slot;
        }
    }
}
