using LocalRag.Training.Losses;

namespace LocalRag.Training.Fitting;

/// <summary>Examples, read once and checked against the loss before the first step.</summary>
internal static class TrainingData
{
    /// <exception cref="ArgumentException">There is no example, or one does not fit the loss; the message names it.</exception>
    public static IReadOnlyList<InputExample> Load(IEnumerable<InputExample> examples, LossFunction loss, CancellationToken cancellationToken)
    {
        var list = new List<InputExample>();
        foreach (var example in examples)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (example is null)
            {
                throw new ArgumentException($"Example {list.Count} is null.", nameof(examples));
            }

            if (loss.Objection(example) is { } objection)
            {
                throw new ArgumentException($"Example {list.Count} does not fit {loss.Name}: {objection}.", nameof(examples));
            }

            list.Add(example);
        }

        return list.Count > 0 ? list : throw new ArgumentException("There are no training examples. Give at least one.", nameof(examples));
    }
}
