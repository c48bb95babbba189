using System.Numerics;
using System.Runtime.CompilerServices;

namespace LocalRag.Connectors.SentenceTransformers.Tokenization;

/// <summary>A trie over UTF-16 chars in one open-addressing table of 64-bit edges: a step is one probe, and nothing is allocated while searching.</summary>
internal sealed class TokenTrie
{
    /// <summary>The node at which every word begins, and "no such node", "no token".</summary>
    public const int Root = 0, None = -1;

    private const int CharBits = 16, NodeBits = 23, ChildShift = CharBits + NodeBits, MaxNodes = 1 << NodeBits;
    private const ulong KeyMask = (1UL << ChildShift) - 1, ChildMask = (1UL << NodeBits) - 1, Terminal = 1UL << 62;

    // An edge: its char, the node it leaves, the node it leads to, and whether a word ends there. No edge leads to the root, so none is zero.
    private ulong[] _edges;
    private int[] _values = new int[1024];
    private int _nodeCount = 1, _shift;

    /// <summary>Makes a trie with only the root.</summary>
    /// <param name="expectedChars">About how many chars all tokens have together.</param>
    public TokenTrie(int expectedChars = 1024)
    {
        var size = (int)BitOperations.RoundUpToPowerOf2((uint)Math.Clamp(expectedChars, 16, 1 << 24));
        _edges = new ulong[size];
        _shift = 64 - BitOperations.Log2((uint)size);
        Array.Fill(_values, None);
    }

    /// <summary>A node apart from the root, the beginning of a second trie in the same table.</summary>
    /// <exception cref="InvalidDataException">The vocabulary is larger than any that is known by an order of magnitude.</exception>
    public int AddNode()
    {
        if (_nodeCount == MaxNodes)
            throw new InvalidDataException($"The vocabulary has more than {MaxNodes} distinct beginnings of tokens; smaller ones are supported.");
        if (_nodeCount == _values.Length)
        {
            Array.Resize(ref _values, _nodeCount * 2);
            _values.AsSpan(_nodeCount).Fill(None);
        }

        return _nodeCount++;
    }

    /// <summary>Adds a word, which is not empty, below <paramref name="root"/>; the last one with the same text wins.</summary>
    public void Add(ReadOnlySpan<char> word, int value, int root = Root)
    {
        var node = root;
        for (var i = 0; i < word.Length; i++)
        {
            if (_nodeCount >= _edges.Length / 2)
                Grow();
            var key = Key(node, word[i]);
            ref var edge = ref Find(key);
            if (edge == 0)
                edge = (ulong)AddNode() << ChildShift | key;
            if (i == word.Length - 1)
                edge |= Terminal;
            node = Child(edge);
        }

        _values[node] = value;
    }

    /// <summary>The node that a char leads to, or <see cref="None"/>.</summary>
    /// <param name="node">Where to go from.</param>
    /// <param name="c">The char.</param>
    /// <param name="isWord">True if a word ends there.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Step(int node, char c, out bool isWord)
    {
        var edge = Find(Key(node, c));
        isWord = (edge & Terminal) != 0;
        return edge == 0 ? None : Child(edge);
    }

    /// <summary>The value of the word that ends at a node.</summary>
    public int ValueOf(int node) => _values[node];

    /// <summary>The longest word that <paramref name="text"/> begins with.</summary>
    /// <returns>Its value and length; <see cref="None"/> and zero if there is none.</returns>
    public (int Value, int Length) LongestPrefix(ReadOnlySpan<char> text, int root = Root)
    {
        var (best, bestLength) = (None, 0);
        var node = root;
        for (var i = 0; i < text.Length; i++)
        {
            node = Step(node, text[i], out var isWord);
            if (node == None)
                break;
            if (isWord)
                (best, bestLength) = (node, i + 1);
        }

        return (best == None ? None : _values[best], bestLength);
    }

    private static ulong Key(int node, char c) => (ulong)(uint)node << CharBits | c;

    private static int Child(ulong edge) => (int)(edge >> ChildShift & ChildMask);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private ref ulong Find(ulong key)
    {
        var edges = _edges;
        var mask = edges.Length - 1;
        var index = (int)((key + 1) * 0x9E3779B97F4A7C15 >> _shift);
        while (true)
        {
            ref var edge = ref edges[index & mask];
            if (edge == 0 || (edge & KeyMask) == key)
                return ref edge;
            index++;
        }
    }

    private void Grow()
    {
        var old = _edges;
        _edges = new ulong[old.Length * 2];
        _shift--;
        foreach (var edge in old)
        {
            if (edge != 0)
                Find(edge & KeyMask) = edge;
        }
    }
}
