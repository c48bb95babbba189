using System.Runtime.CompilerServices;

namespace LocalRag.Connectors.SentenceTransformers.Tokenization;

/// <summary>Any number of turns of a group; the last element of the group leads back here.</summary>
internal sealed class GroupLoopNode(int index, bool lazy) : RegexNode
{
    public RegexNode Body { get; set; } = AcceptNode.Instance;

    public override int Match(ref MatchState state, int at)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        if (--state.Budget < 0)
            return -1;
        var turn = state.LoopStarts[index];
        if (turn == at)
            return Next.Match(ref state, at);

        if (lazy && Next.Match(ref state, at) is >= 0 and var end)
            return end;
        state.LoopStarts[index] = at;
        var match = Body.Match(ref state, at);
        state.LoopStarts[index] = turn;
        return match >= 0 || lazy ? match : Next.Match(ref state, at);
    }

    protected override FirstSet ComputeFirst() => Body.First().Union(Next.First());

    /// <summary>Enters a <see cref="GroupLoopNode"/>: no turn has begun yet.</summary>
    internal sealed class Entry(GroupLoopNode loop, int index) : RegexNode
    {
        public override int Match(ref MatchState state, int at)
        {
            var outer = state.LoopStarts[index];
            state.LoopStarts[index] = -1;
            var match = loop.Match(ref state, at);
            state.LoopStarts[index] = outer;
            return match;
        }

        protected override FirstSet ComputeFirst() => loop.First();
    }
}
