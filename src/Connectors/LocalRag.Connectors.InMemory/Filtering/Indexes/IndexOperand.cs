namespace LocalRag.Connectors.InMemory;

/// <summary>What a column is compared with: a constant of the filter, or a value that its form implies.</summary>
internal readonly record struct IndexOperand
{
    private readonly int _slot;
    private readonly object? _implied;

    private IndexOperand(int slot, object? implied) => (_slot, _implied) = (slot, implied);

    public static IndexOperand Slot(int slot) => new(slot, null);

    public static IndexOperand Implied(object? value) => new(-1, value);

    public object? Get(FilterConstants constants) => _slot < 0 ? _implied : constants.Get(_slot);
}
