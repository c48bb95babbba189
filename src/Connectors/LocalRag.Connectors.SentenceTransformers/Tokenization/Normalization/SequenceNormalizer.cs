namespace LocalRag.Connectors.SentenceTransformers.Tokenization;

/// <summary>Steps one after the other.</summary>
internal sealed class SequenceNormalizer(Normalizer[] steps) : Normalizer
{
    public override bool Apply(TextBuffer source, TextBuffer target)
    {
        // The caller's target must hold the result, so an even number of changes needs one more copy; two steps rarely both change a text.
        TextBuffer? scratch = null;
        var (current, changed) = (source, false);
        foreach (var step in steps)
        {
            var free = !ReferenceEquals(current, target) ? target : scratch ??= new TextBuffer();
            free.Reset(source.Tracks);
            if (!step.Apply(current, free))
                continue;
            (current, changed) = (free, true);
        }

        if (changed && !ReferenceEquals(current, target))
        {
            target.Reset(source.Tracks);
            target.AppendFrom(current, 0, current.Length);
        }

        return changed;
    }
}
