using System.Numerics;

namespace LocalRag.Connectors.SentenceTransformers.Tokenization;

/// <summary>Branches in order of preference. The next char rules most of them out before they are tried.</summary>
internal sealed class AlternationNode(RegexNode[] branches) : RegexNode
{
    private ulong[]? _byFirst;
    private ulong _nonAscii, _atEnd;

    public override int Match(ref MatchState state, int at)
    {
        var candidates = Candidates(state.Text, at);
        while (candidates != 0)
        {
            var match = branches[BitOperations.TrailingZeroCount(candidates)].Match(ref state, at);
            if (match >= 0 || --state.Budget < 0)
                return match;
            candidates &= candidates - 1;
        }

        return -1;
    }

    protected override FirstSet ComputeFirst()
    {
        var union = branches[0].First();
        foreach (var branch in branches.AsSpan(1))
            union = union.Union(branch.First());
        return union;
    }

    /// <summary>Prepares the choice; call when everything is linked. More than 64 branches are refused by the parser.</summary>
    public void Prepare()
    {
        _byFirst = new ulong[128];
        for (var i = 0; i < branches.Length; i++)
        {
            var first = branches[i].First();
            var bit = 1UL << i;
            for (var c = 0; c < 128; c++)
            {
                if (first.Empty || first.HasAscii(c))
                    _byFirst[c] |= bit;
            }

            if (first.Empty || first.NonAscii)
                _nonAscii |= bit;
            if (first.Empty)
                _atEnd |= bit;
        }
    }

    private ulong Candidates(ReadOnlySpan<char> text, int at) =>
        at == text.Length ? _atEnd : text[at] < 128 ? _byFirst![text[at]] : _nonAscii;
}
